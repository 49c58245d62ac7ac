/** The cheapest target that answers rightly: raw sockets, no parsing but what the reply needs. A process of its own. */
import { createServer } from 'node:net';
import process from 'node:process';

const server = createServer({ noDelay: true }, (socket) => {
  let received = '';
  socket.setEncoding('latin1').on('error', () => {});
  socket.on('data', (chunk: string) => {
    received += chunk;
    for (;;) {
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(received.slice(0, headEnd))?.[1] ?? 0);
      const end = headEnd + 4 + length;
      if (received.length < end) return;
      socket.write(answer(received.slice(0, end)), 'latin1');
      received = received.slice(end);
    }
  });
});

function answer(request: string): string {
  const echo = /echostr=(\d+|warm)/.exec(request)?.[1];
  const fan = /<FromUserName><!\[CDATA\[(.*?)\]\]>/.exec(request)?.[1] ?? '';
  const body =
    echo ??
    `<xml><ToUserName><![CDATA[${fan}]]></ToUserName><FromUserName><![CDATA[gh_peakday]]></FromUserName><CreateTime>1</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[right]]></Content></xml>`;
  return `HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 });
});
process.on('disconnect', () => process.exit());
