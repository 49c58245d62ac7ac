/** Posting over a network: connections that can be opened beforehand and closed, and how they are to be made. */
import type { Transport } from '../player/transport.js';

export interface WireTransport extends Transport {
  /** Connections opened so far, those opened again included. */
  readonly opened: number;
  /** Whether a post was asked for while all connections that are allowed were in use. */
  readonly wasFull: boolean;
  /** Opens up to `count` connections by getting `path` on each; resolves with how many answered. */
  warm(count: number, path: string): Promise<number>;
  /** Breaks what is open. */
  close(): Promise<void>;
}

export type NewTransport = (options: TransportOptions) => WireTransport;

/** Where and how to post. */
export interface TransportOptions {
  /** `http://host:port`, no path. */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Connections open at the same time at the most. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** `false`: a new connection for each post. */
  readonly keepAlive: boolean;
  readonly tls?: TlsOptions | undefined;
  /** Connect to this address instead, the target's name staying what it is: a proxy of ours. */
  readonly via?: Via | undefined;
  /** Larger bodies are `malformed`. */
  readonly bodyLimitBytes: number;
}

export interface Via {
  readonly host: string;
  readonly port: number;
}

/** For `https:` targets. */
export interface TlsOptions {
  /** Certificates trusted beside the usual ones, PEM. */
  readonly ca?: string | undefined;
  /** `false`: any certificate will do, by the user's explicit word. */
  readonly isVerified: boolean;
  /** The name the certificate has to be for, where a proxy stands between. */
  readonly serverName?: string | undefined;
}
