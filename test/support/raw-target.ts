/** A target made by hand on node:net: it can answer anything, HTTP or not. */
import { createServer, type Socket } from 'node:net';
import type { Inbound } from '../../wechat/inbound.js';
import { readInbound } from '../../wechat/read-inbound.js';
import { writeReply } from '../../wechat/write-reply.js';

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  /** Undefined for the address check. */
  readonly message: Inbound | undefined;
  readonly socket: Socket;
}

export interface RawTarget {
  readonly url: string;
  /** Every push received, in order. */
  readonly pushes: Inbound[];
  close(): Promise<void>;
}

/** Calls `answer` for each push; checks of the address are answered with the echo. */
export async function rawTarget(answer: (request: RawRequest) => void): Promise<RawTarget> {
  const sockets = new Set<Socket>();
  const pushes: Inbound[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      for (;;) {
        const headEnd = received.indexOf('\r\n\r\n');
        if (headEnd < 0) return;
        const head = received.subarray(0, headEnd).toString();
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        const end = headEnd + 4 + length;
        if (received.length < end) return;
        const body = received.subarray(headEnd + 4, end).toString();
        received = received.subarray(end);
        const [method = '', path = ''] = head.split(' ');
        if (method === 'GET') {
          socket.write(http(new URL(path, 'http://x').searchParams.get('echostr') ?? ''));
          continue;
        }
        const message = readInbound(body);
        pushes.push(message);
        answer({ method, path, message, socket });
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/wechat`,
    pushes,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A whole HTTP answer. */
export function http(body: string, status = '200 OK', headers = ''): string {
  return `HTTP/1.1 ${status}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
}

/** The passive text reply to a push. */
export function textReply(message: Inbound | undefined, content: string, over: { toUserName?: string } = {}): string {
  if (message === undefined) throw new Error('no message to answer');
  return writeReply({
    kind: 'text',
    toUserName: over.toUserName ?? message.fromUserName,
    fromUserName: message.toUserName,
    createTime: message.createTimeS,
    content,
  });
}
