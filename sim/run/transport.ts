/** How bytes get to the target and back. Implementations are interchangeable and pass one contract suite. */

export interface Post {
  /** Path and query. */
  readonly path: string;
  readonly body: string;
  /** Of this post alone, beside those of all. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * `refused`: no connection could be made. `reset`: it broke before the answer was whole. `malformed`: what came is no
 * HTTP, or larger than allowed. `local`: this machine ran out of something (ports, file descriptors).
 */
export type TransportFailure = 'refused' | 'reset' | 'malformed' | 'local';

/** Exactly one of the two is called, once, and never before `post` has returned. */
export interface PostListener {
  onAnswer(status: number, body: string): void;
  onFailure(failure: TransportFailure): void;
}

export interface OpenPost {
  /** Breaks the connection, as the platform does at its deadline. The listener hears nothing more. */
  cut(): void;
}

export interface Transport {
  /** Connections opened so far, those opened again included. */
  readonly opened: number;
  /** Whether a post would start at once. Posting without a free connection is a mistake of the caller. */
  readonly hasFree: boolean;
  /** Called whenever a connection has become free. */
  onFree: () => void;
  /** Opens up to `count` connections by getting `path` on each; resolves with how many answered. */
  warm(count: number, path: string): Promise<number>;
  post(post: Post, listener: PostListener): OpenPost;
  /** Breaks what is open. */
  close(): Promise<void>;
}

export type NewTransport = (options: TransportOptions) => Transport;

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
