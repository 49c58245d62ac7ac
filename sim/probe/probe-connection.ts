/**
 * One autocannon connection on which each answer is held against the message it answers. autocannon calls `setupRequest`
 * and `onResponse` by connection, with one request under way on each, so the match is: the message last set up is the one
 * that is answered. Six habits of autocannon 9.0.0 (lib/httpClient.js) would break that, and are undone here:
 *
 *  - after a broken connection the request without an answer stays in its queue: every later duration is one too old;
 *  - the old socket keeps its listeners: one that ends and then errs is replaced twice, and two sockets answer at once;
 *  - half an answer stays in the parser, and the next connection's first answer is read as its rest;
 *  - a body is decoded packet by packet: a Chinese character cut in two becomes two question marks;
 *  - a body without an end is kept without a limit;
 *  - any certificate is taken: one that does not hold ends the connection here.
 */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Client, Request } from 'autocannon';
import type { Clock } from '../../core/clock.js';
import type { OutgoingMessage } from '../player/channel.js';
import type { WireChannel } from '../run/wire-channel.js';
import type { FailureKind } from './step.js';

/** What is said of each message once: what came back, or why nothing did. */
interface ProbeListener {
  answered(tookUs: number, failure: FailureKind | undefined): void;
  lost(failure: FailureKind): void;
}

export interface ProbeConnectionOptions {
  readonly channel: WireChannel;
  readonly headers: Readonly<Record<string, string>>;
  readonly nextMessage: () => OutgoingMessage;
  /** Whether an empty acknowledgement is the right answer to messages of that template. */
  readonly isAcknowledgeOnly: (template: number) => boolean;
  readonly timeoutUs: number;
  /** Over TLS: whether the certificate has to hold. */
  readonly isVerified: boolean;
  readonly clock: Clock;
  readonly listener: ProbeListener;
}

const BODY_LIMIT_BYTES = 65_536;
/** autocannon's timer is coarse. */
const TIMEOUT_SHARE = 0.95;

/** What autocannon's types do not show. */
interface Inside {
  readonly conn?: Socket;
  readonly pipelinedRequests: { clear(): void; addBody(piece: Buffer): void };
  readonly parser: { initialize(type: 'RESPONSE'): void };
  on(event: 'headers', listener: (head: { readonly shouldKeepAlive: boolean }) => void): void;
}

interface UnderWay {
  readonly message: OutgoingMessage;
  readonly sentUs: number;
  /** Written to a connection whose end the last answer announced: autocannon does not wait for it. */
  readonly isDoomed: boolean;
}

/** To be called in autocannon's `setupClient`, before the client connects. */
export function attachProbe(client: Client, options: ProbeConnectionOptions): void {
  const { channel, clock, listener } = options;
  const inside = client as unknown as Inside;
  let open: UnderWay | undefined;
  let socket: Socket | undefined;
  let willClose = false;
  let pieces: Buffer[] = [];
  let bodyBytes = 0;

  inside.on('headers', ({ shouldKeepAlive }) => {
    willClose = !shouldKeepAlive;
  });
  inside.pipelinedRequests.addBody = (piece) => {
    pieces.push(piece);
    bodyBytes += piece.length;
    if (bodyBytes <= BODY_LIMIT_BYTES) return;
    pieces = [];
    inside.conn?.destroy(new Error(`a body of more than ${BODY_LIMIT_BYTES} bytes`));
  };
  client.setRequests([{ method: 'POST', setupRequest, onResponse }]);
  // Before anything can happen to the first socket, which is made right after this.
  process.nextTick(() => take(inside.conn));

  function take(next: Socket | undefined): void {
    socket = next;
    if (!options.isVerified || !(next instanceof TLSSocket)) return;
    next.once('secureConnect', () => {
      if (!next.authorized) next.destroy(next.authorizationError);
    });
  }

  function setupRequest(request: Request): Request {
    if (open !== undefined) giveUp(open);
    if (socket !== undefined && socket !== inside.conn) {
      retire(socket);
      take(inside.conn);
    }
    const message = options.nextMessage();
    const body = channel.write(message);
    const path = channel.path(message, body);
    const headers = { ...options.headers, ...channel.headersOf?.(message, body) };
    pieces = [];
    bodyBytes = 0;
    open = { message, sentUs: clock.nowUs(), isDoomed: willClose };
    willClose = false;
    return { ...request, path, headers, body } as Request;
  }

  function onResponse(status: number): void {
    if (open === undefined) return;
    const { message, sentUs } = open;
    open = undefined;
    const tookUs = clock.nowUs() - sentUs;
    if (bodyBytes > BODY_LIMIT_BYTES) return listener.answered(tookUs, 'malformed');
    const { answer } = channel.read(status, Buffer.concat(pieces).toString(), message);
    listener.answered(tookUs, failureOf(answer, options.isAcknowledgeOnly(message.template)));
  }

  function giveUp({ sentUs, isDoomed }: UnderWay): void {
    if (isDoomed) return;
    const isLate = clock.nowUs() - sentUs >= options.timeoutUs * TIMEOUT_SHARE;
    listener.lost(bodyBytes > BODY_LIMIT_BYTES ? 'malformed' : isLate ? 'timeout' : 'broken');
  }

  function retire(old: Socket): void {
    old.removeAllListeners('error').removeAllListeners('end').removeAllListeners('data');
    old.on('error', () => {}).destroy();
    inside.pipelinedRequests.clear();
    inside.parser.initialize('RESPONSE');
  }
}

function failureOf(
  answer: ReturnType<WireChannel['read']>['answer'],
  isAcknowledgeOnly: boolean,
): FailureKind | undefined {
  if (answer.type === 'acknowledged') return isAcknowledgeOnly ? undefined : 'acknowledged';
  if (answer.type !== 'reply') return answer.type;
  if (answer.check !== 'right') return answer.check;
  // Something is shown to a fan where nothing should be: as delivery has it.
  return isAcknowledgeOnly ? 'wrong' : undefined;
}
