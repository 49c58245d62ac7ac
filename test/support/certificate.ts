/** A certificate that is its own authority, made by openssl, for servers that speak TLS. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  /** PEM: what `--ca` takes. */
  readonly certFile: string;
  /** As node:tls takes them. */
  readonly pem: { readonly key: string; readonly cert: string };
}

/** For `name` and 127.0.0.1; two files in `folder`. */
export function newCertificate(folder: string, name = 'localhost'): Certificate {
  const [keyFile, certFile] = [join(folder, `${name}-key.pem`), join(folder, `${name}-cert.pem`)];
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${name}`;
  const names = ['-addext', `subjectAltName=DNS:${name},IP:127.0.0.1`];
  const { status, stderr } = spawnSync('openssl', [
    ...words.split(' '),
    ...names,
    '-keyout',
    keyFile,
    '-out',
    certFile,
  ]);
  if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`);
  return { certFile, pem: { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') } };
}
