/**
 * A reply server that acknowledges at once and answers through the platform's API, as docs/TARGETS.md says it may: plain
 * node, knows nothing of peakday. It answers what the fans of the smoke scenario ask.
 *
 *   node test/support/later-server.mjs --port 8080 --platform http://127.0.0.1:9100 --secret hush
 */
import { createHash } from 'node:crypto';
import { Agent, request as call, createServer } from 'node:http';
import { parseArgs } from 'node:util';

const BODY_LIMIT_BYTES = 65_536;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    token: { type: 'string', default: 'secret' },
    platform: { type: 'string', default: 'http://127.0.0.1:9100' },
    appid: { type: 'string', default: 'wx0123456789abcdef' },
    secret: { type: 'string', default: 'hush' },
  },
});
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
let accessToken;

const server = createServer(async (request, response) => {
  const query = new URL(request.url, 'http://x').searchParams;
  const wanted = [values.token, query.get('timestamp'), query.get('nonce')].sort().join('');
  if (createHash('sha1').update(wanted).digest('hex') !== query.get('signature')) {
    return response.writeHead(401).end();
  }
  if (request.method === 'GET') return response.end(query.get('echostr'));
  const push = await text(request);
  response.end('success');
  const field = (name) => new RegExp(`<${name}><!\\[CDATA\\[(.*?)\\]\\]>`, 's').exec(push)?.[1];
  const content = answerTo(field('MsgType'), field('Event') ?? field('Content') ?? '');
  await send({ touser: field('FromUserName'), msgtype: 'text', text: { content } });
});
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/wechat`);
});

function answerTo(type, said) {
  if (type === 'image') return '照片已收到。';
  if (type === 'event') return said === 'CLICK' ? '帮助：请直接留言。' : '欢迎关注！';
  const order = /\d{6,}/.exec(said)?.[0];
  if (order !== undefined) return `订单 ${order} 已发货。`;
  return /几点|营业时间/.test(said) ? '营业时间：9:00 到 18:00。' : '已转人工客服。';
}

/** A token that is not good any more is asked for again, once. */
async function send(message, isAgain = false) {
  accessToken ??= fetchToken();
  const path = `/cgi-bin/message/custom/send?access_token=${await accessToken}`;
  const { errcode, errmsg } = await ask(path, JSON.stringify(message));
  if ([40001, 40014, 42001].includes(errcode) && !isAgain) {
    accessToken = undefined;
    return send(message, true);
  }
  if (errcode !== 0) console.error(`the platform says ${errcode}: ${errmsg}`);
}

async function fetchToken() {
  const { appid, secret } = values;
  const answer = await ask(`/cgi-bin/token?${new URLSearchParams({ grant_type: 'client_credential', appid, secret })}`);
  if (answer.access_token === undefined) throw new Error(`no token: ${JSON.stringify(answer)}`);
  return answer.access_token;
}

function ask(path, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const method = body === undefined ? 'GET' : 'POST';
    const asked = call(`${values.platform}${path}`, { method, agent, headers }, (answer) => {
      text(answer).then((said) => resolve(JSON.parse(said)), reject);
    });
    asked.on('error', reject).end(body);
  });
}

async function text(stream) {
  let said = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    said += chunk;
    if (said.length > BODY_LIMIT_BYTES) throw new Error('too long');
  }
  return said;
}
