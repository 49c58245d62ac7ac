/** For tests: servers with few words, stopped after each test. */
import { afterEach } from 'vitest';
import { rulesSchema } from '../engine/rules.js';
import { buildServer, type ReplyServer, type ReplyServerOptions } from './build-server.js';
import { type RunningServer, startServer } from './listen.js';

export const TOKEN = 'AAAAA';
export const CONTROL_TOKEN = 'control';

const defaults: ReplyServerOptions = {
  token: TOKEN,
  controlToken: CONTROL_TOKEN,
  answers: rulesSchema.parse({
    welcome: { text: '欢迎' },
    rules: [
      { name: 'hello', exact: ['hello'], reply: { text: '你好' } },
      { name: 'order', pattern: '^order (\\d+)$', reply: { text: '{1} <&]]>' } },
    ],
  }),
  workers: 64,
  workTime: { distribution: 'constant', mean: 0, sigma: 0 },
  queue: 1_000,
  seed: 1,
};

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

export function testServer(options: Partial<ReplyServerOptions> = {}): ReplyServer {
  const server = buildServer({ ...defaults, ...options });
  stops.push(() => server.stop(0));
  return server;
}

/** On a free port of this machine. */
export async function listeningServer(options: Partial<ReplyServerOptions> = {}): Promise<RunningServer> {
  const server = await startServer({ ...defaults, ...options, port: 0 });
  stops.push(() => server.stop(0));
  return server;
}

/** The same options without fault controls. */
export function uncontrolledServer(): ReplyServer {
  const { controlToken: _, ...options } = defaults;
  const server = buildServer(options);
  stops.push(() => server.stop(0));
  return server;
}
