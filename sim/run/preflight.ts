/** Before any load: is the target there, and does it know the token? Exit 3 if not, and nothing is sent. */
import { Agent, request } from 'undici';
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import { randomStream } from '../../core/random.js';
import { connectionProblem } from './connection-problem.js';
import { tlsSettings } from './dial.js';
import type { Target } from './shard.js';
import { speaksTls } from './speaks-tls.js';
import type { WireChannel } from './wire-channel.js';

const TIMEOUT_MS = 5_000;

/** Asks the target to prove that it is the account's back end: it has to echo what a signed check carries (WECHAT §1). */
export async function preflight(target: Target, channel: WireChannel, seed: number): Promise<void> {
  const { origin, headers, tls } = target;
  const dispatcher = new Agent({ maxResponseSize: 65_536, connect: { timeout: TIMEOUT_MS, ...tlsSettings(tls) } });
  const echo = String(randomStream(seed, 'echo').uint32());
  const check = channel.addressCheck?.(echo);
  const path = check?.path ?? channel.check(echo);
  const url = `${origin}${path.split('?')[0]}`;
  const refuse = (what: string): never => {
    throw new UserError(ExitCode.target, what);
  };
  const answer = await request(`${origin}${path}`, {
    method: check?.method ?? 'GET',
    headers: { ...(check?.headers ?? channel.headers), ...headers },
    ...(check?.body === undefined ? {} : { body: check.body }),
    dispatcher,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  }).catch(async (error: NodeJS.ErrnoException) => {
    const hint = error.code === 'ECONNREFUSED' ? undefined : await tlsHint(target);
    return refuse(
      `cannot reach ${url}: ${hint ?? reasonOf(error)}. Is the server running, and is this its callback address?`,
    );
  });
  const body = await answer.body
    .text()
    .catch((error: Error) => refuse(`${url} broke off its answer: ${reasonOf(error)}`));
  await dispatcher.close();
  if (answer.statusCode === 400) {
    const hint = await tlsHint(target);
    if (hint !== undefined) refuse(`${url} answers the address check with status 400: ${hint}`);
  }
  if (check !== undefined) {
    const why = check.refusal(answer.statusCode, body);
    if (why !== undefined) refuse(`${url} ${why}`);
    return;
  }
  if (answer.statusCode === 401 || answer.statusCode === 403) {
    refuse(
      `${url} refuses the signature (status ${answer.statusCode}): give the token it was set up with, by --token or PEAKDAY_TOKEN`,
    );
  }
  if (answer.statusCode !== 200)
    refuse(`${url} answers the address check with status ${answer.statusCode}; expected 200 and the echo`);
  const encoding = answer.headers['content-encoding'];
  if (body.trim() !== echo && encoding !== undefined && encoding !== 'identity') {
    refuse(
      `${url} compresses its answers (content-encoding: ${encoding}), which nobody asked for: the platform reads only plain ones`,
    );
  }
  if (body.trim() !== echo) {
    refuse(
      `${url} does not answer the address check with its echostr (got ${JSON.stringify(body.slice(0, 60))}); is this the callback address, and the right token?`,
    );
  }
}

/** Some servers answer plain HTTP at a TLS port with 400, others just close. */
async function tlsHint({ origin, tls }: Target): Promise<string | undefined> {
  if (tls !== undefined) return undefined;
  const { hostname, port } = new URL(origin);
  const speaks = await speaksTls(hostname.replace(/^\[|\]$/g, ''), Number(port || 80), TIMEOUT_MS);
  return speaks ? 'the server seems to speak TLS: use https://' : undefined;
}

function reasonOf(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const why = connectionProblem(code);
  switch (why) {
    case undefined:
      return code === undefined ? error.message : `${error.message} (${code})`;
    case 'its certificate is not trusted':
      return `${why}; give its authority by --ca FILE (or --insecure, for any certificate)`;
    case 'it did not answer in time':
      return `no answer within ${TIMEOUT_MS / 1_000} s`;
    default:
      return why;
  }
}
