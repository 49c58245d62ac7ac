/**
 * A reply server nobody here wrote: the npm package `wechat` on express, as its own README sets it up. A program of its
 * own, for it can die. Prints its address once it listens.
 *
 *   node test/support/wechat-server.mjs [--port 8080] [--work 6000] [--key AESKEY --appid wx…]
 *
 * It echoes what the fan wrote, after `--work` milliseconds.
 */
import { parseArgs } from 'node:util';
import express from 'express';
import wechat from 'wechat';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    token: { type: 'string', default: 'token' },
    key: { type: 'string' },
    appid: { type: 'string' },
    work: { type: 'string', default: '0' },
  },
});
const config = {
  token: values.token,
  ...(values.key === undefined ? {} : { encodingAESKey: values.key, appid: values.appid }),
};

const app = express();
app.use(
  '/wechat',
  wechat(config, (request, response) => {
    const { MsgType, Content, PicUrl, Event, EventKey } = request.weixin;
    const echo = { text: Content, image: PicUrl, event: Event === 'unsubscribe' ? '' : `${Event} ${EventKey}` }[
      MsgType
    ];
    setTimeout(() => response.reply(echo), Number(values.work));
  }),
);
const server = app.listen(Number(values.port), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/wechat`);
});
