/**
 * The fast reader for the XML that is almost all of the traffic: elements without attributes, text without references,
 * CDATA, LF line ends. It never refuses: it gives up, and the strict reader decides. What it does accept, the strict
 * reader accepts with the same tree (a property test holds this).
 */
import { isVerbatim } from './characters.js';
import type { OpenElement, XmlElement } from './element.js';
import { DEPTH_LIMIT, ELEMENT_LIMIT } from './limits.js';

const CDATA_OPEN = '<![CDATA[';
const CDATA_CLOSE = ']]>';

const LF = 10;
const SPACE = 32;
const BANG = 33;
const AMPERSAND = 38;
const SLASH = 47;
const LESS = 60;
const GREATER = 62;

/** The root element, or undefined if the strict reader is to decide. */
export function readPlainXml(xml: string): XmlElement | undefined {
  if (xml.charCodeAt(0) !== LESS || !isVerbatim(xml)) return undefined;
  const open: OpenElement[] = [];
  let top: OpenElement | undefined;
  let elements = 0;
  let at = 0;
  for (;;) {
    const less = xml.indexOf('<', at);
    if (less < 0) return undefined;
    if (less > at) {
      if (top === undefined || !isPlainText(xml, at, less)) return undefined;
      append(top, xml, at, less);
    }
    const next = xml.charCodeAt(less + 1);
    if (next === SLASH) {
      const greater = xml.indexOf('>', less);
      if (top === undefined || greater < 0 || xml.slice(less + 2, greater) !== top.name) return undefined;
      at = greater + 1;
      open.pop();
      const parent = open[open.length - 1];
      if (parent === undefined) return isBlankFrom(xml, at) ? top : undefined;
      top = parent;
    } else if (next === BANG) {
      if (top === undefined || !xml.startsWith(CDATA_OPEN, less)) return undefined;
      const start = less + CDATA_OPEN.length;
      const end = xml.indexOf(CDATA_CLOSE, start);
      if (end < 0) return undefined;
      append(top, xml, start, end);
      at = end + CDATA_CLOSE.length;
    } else {
      const end = nameEnd(xml, less + 1);
      if (xml.charCodeAt(end) !== GREATER || end === less + 1) return undefined;
      elements += 1;
      if (elements > ELEMENT_LIMIT || open.length === DEPTH_LIMIT) return undefined;
      const element: OpenElement = { name: xml.slice(less + 1, end), text: '', children: [] };
      if (top !== undefined) {
        top.text = '';
        top.children.push(element);
      }
      open.push(element);
      top = element;
      at = end + 1;
    }
  }
}

function append(element: OpenElement, xml: string, start: number, end: number): void {
  if (element.children.length > 0) return;
  const text = xml.slice(start, end);
  element.text = element.text === '' ? text : element.text + text;
}

/** No references, and no `>`, so no `]]>` either. */
function isPlainText(xml: string, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const code = xml.charCodeAt(at);
    if (code === AMPERSAND || code === GREATER) return false;
  }
  return true;
}

function isBlankFrom(xml: string, start: number): boolean {
  for (let at = start; at < xml.length; at += 1) {
    const code = xml.charCodeAt(at);
    if (code !== LF && code !== SPACE) return false;
  }
  return true;
}

/** Where the run of [A-Za-z_][A-Za-z0-9_]* from `start` ends; `start` itself if there is none. */
function nameEnd(xml: string, start: number): number {
  let at = start;
  for (;;) {
    const code = xml.charCodeAt(at);
    const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
    const isDigit = code >= 48 && code <= 57;
    if (!isLetter && !(isDigit && at > start)) return at;
    at += 1;
  }
}
