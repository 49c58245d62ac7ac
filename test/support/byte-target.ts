/** A target that hears bytes and says bytes: requests as they stood on the wire, answers in pieces. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

export interface HeardRequest {
  /** One byte a character. */
  readonly text: string;
  /** Number of the request on its connection, from 0. */
  readonly number: number;
  readonly socket: Socket;
}

export interface ByteTarget {
  readonly port: number;
  readonly origin: string;
  readonly heard: HeardRequest[];
  /** Connections accepted so far, in order. */
  readonly sockets: Socket[];
  /** Resolves with the next request. */
  next(): Promise<HeardRequest>;
  close(): Promise<void>;
}

export interface ByteTargetOptions {
  readonly host?: string;
  readonly tls?: TlsOptions;
}

export async function byteTarget(
  answer: (request: HeardRequest) => void,
  { host = '127.0.0.1', tls }: ByteTargetOptions = {},
): Promise<ByteTarget> {
  const heard: HeardRequest[] = [];
  const sockets: Socket[] = [];
  const waiting: ((request: HeardRequest) => void)[] = [];
  const listen = (socket: Socket) => {
    sockets.push(socket);
    let received = '';
    let number = 0;
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('error', () => {});
    socket.on('data', (text: string) => {
      received += text;
      for (;;) {
        const headEnd = received.indexOf('\r\n\r\n');
        if (headEnd < 0) return;
        const end = headEnd + 4 + Number(/content-length: (\d+)/i.exec(received.slice(0, headEnd))?.[1] ?? 0);
        if (received.length < end) return;
        const request = { text: received.slice(0, end), number: number++, socket };
        received = received.slice(end);
        heard.push(request);
        waiting.shift()?.(request);
        answer(request);
      }
    });
  };
  const server: Server = tls === undefined ? createServer(listen) : createTlsServer(tls, listen);
  server.on('tlsClientError', () => {});
  server.listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    heard,
    sockets,
    next: () => new Promise((resolve) => waiting.push(resolve)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Writes the pieces one after the other, each a packet of its own, then does as told. */
export async function sayIn(
  socket: Socket,
  pieces: readonly Buffer[],
  then: 'stay' | 'end' | 'reset' = 'stay',
): Promise<void> {
  for (const piece of pieces) {
    if (socket.destroyed) return;
    await new Promise((resolve) => socket.write(piece, resolve));
    // The reader, in this process, gets a turn of its own for each: a reset in one turn with bytes looks like an end.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  if (then === 'end') socket.end();
  if (then !== 'reset') return;
  // Node would say an orderly end first.
  socket._final = (done) => done();
  socket.resetAndDestroy();
}
