/** The npm package `wechat` on express, as its README sets it up: one keyword, nothing stored. Tells its parent the port. */
import express from 'express';
import wechat from 'wechat';

const app = express();
app.use(
  '/wechat',
  wechat({ token: process.argv[2] }, (request, response) => {
    const { MsgType, Content } = request.weixin;
    response.reply(MsgType === 'text' && Content.includes('几点') ? 'right' : '');
  }),
);
const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit());
