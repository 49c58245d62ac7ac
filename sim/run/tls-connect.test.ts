import { rootCertificates } from 'node:tls';
import { expect, it } from 'vitest';
import { tlsConnect } from './undici-transport.js';

it('reads an authority of the user once, not once a connection: it costs more than a message', () => {
  const [first, second] = rootCertificates;
  const contextFor = (ca: string) => tlsConnect({ ca, isVerified: true }).secureContext;
  const context = contextFor(first!);
  expect(context).toBeDefined();
  expect(contextFor(first!)).toBe(context);
  expect(contextFor(second!)).not.toBe(context);
  expect(tlsConnect({ isVerified: true })).toEqual({ rejectUnauthorized: true });
});
