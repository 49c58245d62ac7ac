import { rootCertificates } from 'node:tls';
import { expect, it } from 'vitest';
import { tlsSettings } from './dial.js';

it('reads an authority of the user once, not once a connection: it costs more than a message', () => {
  const [first, second] = rootCertificates;
  const contextFor = (ca: string) => tlsSettings({ ca, isVerified: true }).secureContext;
  const context = contextFor(first!);
  expect(context).toBeDefined();
  expect(contextFor(first!)).toBe(context);
  expect(contextFor(second!)).not.toBe(context);
  expect(tlsSettings({ isVerified: true })).toEqual({ rejectUnauthorized: true });
});
