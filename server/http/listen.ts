/** Builds the reply server and puts it on a socket. */
import type { AddressInfo } from 'node:net';
import { ExitCode } from '../../core/exit-code.js';
import { listenProblem, urlOf } from '../../core/listening.js';
import { UserError } from '../../core/problem.js';
import { openService, type StoreChoice } from './account-options.js';
import { buildServer, checkOptions, type ReplyServer, type ReplyServerOptions } from './build-server.js';
import { CALLBACK_PATH } from './callback.js';

export interface ListenOptions extends ReplyServerOptions {
  /** Default 127.0.0.1: this machine only. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port: number;
  /** Where the account is kept; default in memory. */
  readonly store?: StoreChoice;
}

export interface RunningServer {
  /** `http://host:port`, without a path. */
  readonly url: string;
  /** Where the platform pushes to. */
  readonly callbackUrl: string;
  readonly service: ReplyServer['service'];
  readonly stop: ReplyServer['stop'];
}

/** Connections the kernel holds until they are accepted: a burst may come on new ones. The kernel has its own limit. */
const ACCEPT_BACKLOG = 4_096;

/** Throws `UserError` for wrong options, and for a store or an address that cannot be had. */
export async function startServer({
  host = '127.0.0.1',
  port,
  store = 'memory',
  ...options
}: ListenOptions): Promise<RunningServer> {
  checkOptions(options);
  const service = options.service ?? (await openService(options, store));
  const { app, stop } = buildServer({ ...options, service });
  try {
    await app.listen({ host, port, backlog: ACCEPT_BACKLOG });
  } catch (error) {
    await stop(0);
    throw new UserError(ExitCode.usage, listenProblem(error as NodeJS.ErrnoException, host, port));
  }
  const url = urlOf(app.server.address() as AddressInfo);
  return { url, callbackUrl: `${url}${options.path ?? CALLBACK_PATH}`, service, stop };
}
