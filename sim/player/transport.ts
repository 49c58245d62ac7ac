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

/** What was seen of an answer that is `malformed`. */
export interface Refusal {
  /** Its status line could be read, whatever came after it; 0: it could not. */
  readonly status: number;
  readonly reason: string;
}

/** Exactly one of the two is called, once, and never before `post` has returned. */
export interface PostListener {
  onAnswer(status: number, body: string): void;
  /** `refusal`: where it is `malformed`. */
  onFailure(failure: TransportFailure, refusal?: Refusal): void;
}

export interface OpenPost {
  /** Breaks the connection, as the platform does at its deadline. The listener hears nothing more. */
  cut(): void;
}

/** `Posted`: what this transport needs of a post; a model of a target wants to know the message. */
export interface Transport<Posted extends Post = Post> {
  /** Whether a post would start at once. Posting without a free connection is a mistake of the caller. */
  readonly hasFree: boolean;
  /** Called whenever a connection has become free. */
  onFree: () => void;
  post(post: Posted, listener: PostListener): OpenPost;
}
