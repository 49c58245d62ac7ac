/** What our servers say of the address they listen on: how it is reached, or why it cannot be had. */
import type { AddressInfo } from 'node:net';

/** `http://host:port`, without a path. */
export function urlOf({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** One sentence, without the full stop, for Node's error of `listen`. */
export function listenProblem(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `port ${port} on ${host} is in use; stop what listens there, or choose another port`;
    case 'EACCES':
      return `port ${port} on ${host} is not permitted to this user; choose one above 1023`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `this machine has no address ${host}; 127.0.0.1 is for this machine only, 0.0.0.0 for all networks`;
    default:
      return `cannot listen on ${host} port ${port}: ${error.message}`;
  }
}
