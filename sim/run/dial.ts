/** Opens sockets to the target, or to the proxy that stands in the way; name and certificate stay the target's. */
import { connect, isIP, type OnReadOpts, type Socket } from 'node:net';
import {
  checkServerIdentity,
  createSecureContext,
  rootCertificates,
  type SecureContext,
  connect as tlsConnect,
} from 'node:tls';
import type { TlsOptions, TransportOptions } from './wire-transport.js';

/** Idle connections are probed after a minute, so that what stands between does not forget them. */
const PROBE_AFTER_MS = 60_000;

export interface Dialer {
  /** What tells that bytes may be sent. */
  readonly readyEvent: 'connect' | 'secureConnect';
  /** Never throws: what is wrong comes as the socket's error. `isAgain`: in place of a connection that has ended. */
  dial(onread: OnReadOpts, isAgain: boolean): Socket;
}

/** `host` as in the header: an https target is asked for by this name. */
export function dialer({ origin, tls, via }: TransportOptions, host: string): Dialer {
  const url = new URL(origin);
  const targetHost = bare(url.hostname);
  const isTls = url.protocol === 'https:';
  const to = via ?? { host: targetHost, port: Number(url.port || (isTls ? 443 : 80)) };
  const socket = { ...to, noDelay: true, keepAlive: true, keepAliveInitialDelay: PROBE_AFTER_MS };
  if (!isTls) return { readyEvent: 'connect', dial: (onread) => connect({ ...socket, onread }) };

  const asked = tls?.serverName ?? nameOf(host);
  const verified = isIP(asked) ? targetHost : asked;
  const secure = {
    ...socket,
    // Made once: reading all authorities for each connection costs more than the handshake.
    secureContext: tls?.ca === undefined ? createSecureContext() : trusting(tls.ca),
    rejectUnauthorized: tls?.isVerified ?? true,
    checkServerIdentity: (_: string, certificate: Parameters<typeof checkServerIdentity>[1]) =>
      checkServerIdentity(verified, certificate),
    ...(isIP(asked) ? {} : { servername: asked }),
  };
  let session: Buffer | undefined;
  return {
    readyEvent: 'secureConnect',
    dial(onread, isAgain) {
      const resumed = isAgain && session !== undefined ? { session } : {};
      const settings = { ...secure, ...resumed, onread };
      const opened = tlsConnect(settings);
      return opened.on('session', (ticket) => {
        session = ticket;
      });
    },
  };
}

/** As node:tls takes them. */
export function tlsSettings(tls: TlsOptions | undefined): Record<string, unknown> {
  if (tls === undefined) return {};
  const { isVerified, serverName } = tls;
  return {
    rejectUnauthorized: isVerified,
    ...(tls.ca === undefined ? {} : { secureContext: trusting(tls.ca) }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}

let trusted: { readonly ca: string; readonly context: SecureContext } | undefined;

/** Reading all root certificates takes milliseconds: once a run, not once a connection. */
function trusting(ca: string): SecureContext {
  if (trusted?.ca !== ca) trusted = { ca, context: createSecureContext({ ca: [...rootCertificates, ca] }) };
  return trusted.context;
}

function nameOf(host: string): string {
  return bare(URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : host);
}

/** Without the brackets of an IPv6 address. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
