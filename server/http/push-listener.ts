/**
 * Stands before a node:http server: reads the connections on which pushes come itself, as they are nearly all of the
 * traffic, and node:http and fastify cost as much as all else that is done with one. Every other connection is theirs.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { type Cancel, type Clock, every } from '../../core/clock.js';
import { US_PER_MS } from '../../core/units.js';
import { type ConnectionParts, PushConnection } from './push-connection.js';
import { headStarts } from './push-head.js';
import type { PushIntake } from './push-intake.js';

export interface PushListenerParts {
  readonly intake: PushIntake;
  readonly clock: Clock;
  readonly path: string;
  readonly bodyLimitBytes: number;
  readonly isStopping: () => boolean;
  /** As the server's own settings of that name. */
  readonly keepAliveMs: number;
  readonly requestTimeoutMs: number;
  readonly silenceTimeoutMs: number;
  /** How often they are looked at. */
  readonly checkMs: number;
}

export interface PushListener {
  /** To be called when the server closes: ends what is idle now, the rest with its answer. */
  close(): void;
  destroyAll(): void;
}

/** Before the server listens. What comes on further servers of its own (both addresses of `localhost`) is not read here. */
export function listenForPushes(server: Server, parts: PushListenerParts): PushListener {
  const { intake, clock, path, bodyLimitBytes, isStopping } = parts;
  const connections = new Set<PushConnection>();
  const theirs = server.listeners('connection') as ((this: Server, socket: Socket) => void)[];
  const limits = {
    requestUs: parts.requestTimeoutMs * US_PER_MS,
    idleUs: parts.keepAliveMs * US_PER_MS,
    answerUs: parts.silenceTimeoutMs * US_PER_MS,
  };
  const shared: ConnectionParts = {
    intake,
    clock,
    starts: headStarts(path),
    bodyLimitBytes,
    keepAliveS: Math.floor(parts.keepAliveMs / 1_000),
    isStopping,
    handOver(connection, socket) {
      connections.delete(connection);
      for (const listener of theirs) listener.call(server, socket);
    },
    onClosed: (connection) => connections.delete(connection),
  };
  let stopChecking: Cancel | undefined;
  server.removeAllListeners('connection');
  let isClosed = false;
  server.on('connection', (socket) => {
    if (isClosed) return socket.destroy();
    connections.add(new PushConnection(socket, shared));
    stopChecking ??= every(parts.checkMs, () => {
      const nowUs = clock.nowUs();
      for (const connection of connections) connection.checkAge(nowUs, limits);
    });
  });
  return {
    close() {
      isClosed = true;
      stopChecking?.();
      for (const connection of connections) connection.close();
    },
    destroyAll() {
      for (const connection of connections) connection.destroy();
    },
  };
}
