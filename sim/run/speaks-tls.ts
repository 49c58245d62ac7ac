/** Whether a server speaks TLS at all: what it does with a handshake. Nothing is sent over it. */
import { isIP } from 'node:net';
import { connect } from 'node:tls';

export function speaksTls(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    // Whose certificate it is does not matter here.
    const name = isIP(host) ? {} : { servername: host };
    const socket = connect({ host, port, ...name, rejectUnauthorized: false, timeout: timeoutMs });
    const end = (speaks: boolean) => {
      socket.destroy();
      resolve(speaks);
    };
    socket.once('secureConnect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('close', () => end(false));
    // An alert is TLS too: it wants something else of us.
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code?.includes('_ALERT_') === true));
  });
}
