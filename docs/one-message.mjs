/**
 * Sends a server one signed text message of one fan, as WeChat does in plain mode, and prints the answer:
 *
 *   PEAKDAY_TOKEN=secret node docs/one-message.mjs 你好
 *
 * `--url`, `--token`, `--account` (its original id) and `--fan` say where, as what, to whom and from whom. No dependencies.
 */
import { createHash, randomInt } from 'node:crypto';
import process from 'node:process';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:8080/wechat' },
    token: { type: 'string', default: process.env.PEAKDAY_TOKEN ?? 'secret' },
    account: { type: 'string', default: 'gh_peakday' },
    fan: { type: 'string', default: 'oOneFan' },
  },
});

const cdata = (text) => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
const timestamp = String(Math.floor(Date.now() / 1000));
const nonce = String(randomInt(1e9));
const signature = createHash('sha1').update([values.token, timestamp, nonce].sort().join('')).digest('hex');
const query = new URLSearchParams({ signature, timestamp, nonce, openid: values.fan });
const body = `<xml><ToUserName>${cdata(values.account)}</ToUserName><FromUserName>${cdata(values.fan)}</FromUserName>\
<CreateTime>${timestamp}</CreateTime><MsgType>${cdata('text')}</MsgType>\
<Content>${cdata(positionals.join(' ') || '你好')}</Content><MsgId>${Date.now()}${randomInt(1000)}</MsgId></xml>`;

try {
  const response = await fetch(`${values.url}?${query}`, { method: 'POST', body, signal: AbortSignal.timeout(5_000) });
  console.log(response.status, await response.text());
  if (!response.ok) process.exitCode = 1;
} catch (error) {
  console.error(`no answer from ${values.url}: ${error.cause?.message ?? error.message}`);
  process.exitCode = 3;
}
