/**
 * A small webhook target for scenarios/webhook.yaml, to be copied: no dependencies, one file.
 *
 *   node scenarios/webhook-target.mjs --port 8099 --token demo            answers in the response
 *   node scenarios/webhook-target.mjs --port 8099 --token demo --later    acknowledges, then posts the answer
 *
 * then, in another terminal:
 *
 *   npx peakday run webhook --target http://127.0.0.1:8099/events --token demo
 *
 * It does what a Slack-like app does: checks the signature, gives the challenge back, acknowledges within 3 s, works on
 * an event once however often it is posted, and signs what it sends. `--work 20` makes each answer take 20 ms.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Agent, createServer, request as post } from 'node:http';
import process from 'node:process';
import { parseArgs } from 'node:util';

const BODY_LIMIT_BYTES = 65_536;
const TIMESTAMP_TOLERANCE_S = 300;
/** Event ids kept to know a repeat by, with the answer given. */
const REMEMBERED = 100_000;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8099' },
    token: { type: 'string', default: 'demo' },
    later: { type: 'boolean', default: false },
    work: { type: 'string', default: '0' },
  },
});
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const answered = new Map();

const server = createServer((request, response) => {
  const chunks = [];
  let length = 0;
  request.on('data', (chunk) => {
    length += chunk.length;
    if (length <= BODY_LIMIT_BYTES) chunks.push(chunk);
  });
  request.on('end', () => {
    if (request.method !== 'POST') return send(response, 405, { error: 'POST only' });
    if (length > BODY_LIMIT_BYTES) return send(response, 413, { error: 'too large' });
    const body = Buffer.concat(chunks);
    if (!isSigned(request.headers, body)) return send(response, 401, { error: 'wrong signature' });
    const event = parse(body);
    if (event === undefined) return send(response, 400, { error: 'no event' });
    if (event.type === 'url_verification') return send(response, 200, { challenge: event.challenge });
    take(event, response);
  });
});

server.keepAliveTimeout = 75_000;
server.on('error', (error) => {
  console.error(`cannot listen: ${error.message}`);
  process.exitCode = 1;
});
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/events`);
});

function take({ event_id: id, response_url: url, event }, response) {
  const isRepeat = answered.has(id);
  const answer = answered.get(id) ?? { channel: event.channel, text: answerTo(String(event.text)) };
  answered.set(id, answer);
  if (answered.size > REMEMBERED) answered.delete(answered.keys().next().value);
  if (!values.later) return void work(() => send(response, 200, answer));
  send(response, 200, { ok: true });
  if (!isRepeat && url) work(() => sendLater(url, answer));
}

/** Where your own answers go. */
function answerTo(text) {
  const order = /\d{6,20}/.exec(text)?.[0];
  if (order !== undefined) return `Your order ${order} has shipped.`;
  if (/open/.test(text)) return 'We are open from 9 am to 6 pm.';
  return 'A colleague will be with you shortly.';
}

function work(done) {
  if (Number(values.work) > 0) setTimeout(done, Number(values.work));
  else done();
}

function send(response, status, content) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}

function sendLater(url, answer) {
  const body = JSON.stringify(answer);
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': sign(timestamp, body),
  };
  const request = post(url, { method: 'POST', agent, headers, timeout: 10_000 }, (answer) => {
    if (answer.statusCode !== 200) console.error(`the platform answers ${answer.statusCode}`);
    answer.resume();
  });
  request.on('timeout', () => request.destroy());
  request.on('error', (error) => console.error(`cannot answer: ${error.message}`));
  request.end(body);
}

function sign(timestamp, body) {
  return `v0=${createHmac('sha256', values.token).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}

/** Compares in constant time: an attacker learns nothing from how long a refusal takes. */
function isSigned(headers, body) {
  const timestamp = headers['x-slack-request-timestamp'];
  const given = headers['x-slack-signature'];
  if (!/^\d{1,12}$/.test(timestamp ?? '') || given === undefined) return false;
  if (Math.abs(Date.now() / 1_000 - Number(timestamp)) > TIMESTAMP_TOLERANCE_S) return false;
  const [wanted, got] = [Buffer.from(sign(timestamp, body)), Buffer.from(given)];
  return wanted.length === got.length && timingSafeEqual(wanted, got);
}

function parse(body) {
  try {
    const event = JSON.parse(body.toString());
    return event?.type === 'url_verification' || event?.event?.channel !== undefined ? event : undefined;
  } catch {
    return undefined;
  }
}
