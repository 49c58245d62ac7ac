/**
 * The bodies of encrypted pushes: section 2. The plain XML of a push is encrypted by a `KeyRing`, and what comes out,
 * `encrypt`, goes into one of two bodies:
 *
 *     safe          <xml> ToUserName Encrypt </xml>
 *     compatible    <xml> every plain field  Encrypt </xml>
 *
 * Attempts of one push share the body; only the query is signed anew.
 */
import { nonEmptyText, quote, requiredToken, WireError, type XmlElement } from './element.js';
import { cdata, readXml } from './xml.js';

/** Modes in which the platform encrypts. */
export type EncryptedMode = 'safe' | 'compatible';

/** How a push travels. `raw` in the query means plain. */
export type PushMode = 'plain' | EncryptedMode;

export interface Envelope {
  /** Not signed: only what was encrypted is to be believed. */
  readonly toUserName: string;
  readonly encrypt: string;
}

const ENCRYPT_OPEN = '<Encrypt><![CDATA[';
const ROOT_CLOSE = '</xml>';

/** In the platform's own byte form. `encrypt` is Base64. */
export function writeSafePush(toUserName: string, encrypt: string): string {
  return `<xml>
    <ToUserName>${cdata(toUserName)}</ToUserName>
    ${ENCRYPT_OPEN}${encrypt}]]></Encrypt>
</xml>
`;
}

/** `xml` is the plain push, as `writeInbound` writes it; `encrypt` that push encrypted. */
export function writeCompatiblePush(xml: string, encrypt: string): string {
  if (!xml.endsWith(ROOT_CLOSE)) throw new RangeError('the push does not end in </xml>');
  return `${xml.slice(0, -ROOT_CLOSE.length)}${ENCRYPT_OPEN}${encrypt}]]></Encrypt>\n${ROOT_CLOSE}`;
}

/** The `Encrypt` of a body that one of the two above wrote: for signing it again without keeping it. */
export function encryptIn(body: string): string {
  // The last one: before it there may be what a fan wrote.
  const at = body.lastIndexOf(ENCRYPT_OPEN);
  if (at < 0) throw new RangeError('the body has no Encrypt');
  const start = at + ENCRYPT_OPEN.length;
  return body.slice(start, body.indexOf(']', start));
}

/** Of a push in either mode. Throws `XmlError` and `WireError` as `readInbound` does. */
export function readEnvelope(xml: string): Envelope {
  const root = readRoot(xml);
  return { toUserName: nonEmptyText(root, 'ToUserName'), encrypt: requiredToken(root, 'Encrypt') };
}

/** The element `xml` that every body is. */
export function readRoot(xml: string): XmlElement {
  const root = readXml(xml);
  if (root.name !== 'xml') throw new WireError('xml', `is missing: the root element is ${quote(root.name)}`);
  return root;
}
