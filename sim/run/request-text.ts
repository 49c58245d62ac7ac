/** Requests as they go out: one text of head and body, all that is the same for all of them written once. */

export interface RequestText {
  readonly text: string;
  /** `latin1` wherever nothing needs more: it is the cheapest to send. */
  readonly encoding: 'latin1' | 'utf8';
}

export interface RequestSettings {
  /** `host:port` as in the target's address; a `host` among the headers stands in for it. */
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly keepAlive: boolean;
}

/** Set by the connection itself, whatever else is given. */
const ownNames = new Set(['host', 'connection', 'content-length', 'transfer-encoding']);

export class RequestWriter {
  readonly host: string;
  readonly keepAlive: boolean;
  /** Between path and length. */
  readonly #middle: string;

  constructor({ host, headers, keepAlive }: RequestSettings) {
    const given = Object.entries(headers);
    const own = (name: string) => given.find(([key]) => key.toLowerCase() === name)?.[1];
    this.host = own('host') ?? host;
    this.keepAlive = keepAlive && own('connection')?.toLowerCase() !== 'close';
    const fields = given
      .filter(([name]) => !ownNames.has(name.toLowerCase()))
      .map(([name, value]) => field(name, value));
    const connection = this.keepAlive ? 'keep-alive' : 'close';
    this.#middle = ` HTTP/1.1\r\n${field('host', this.host)}connection: ${connection}\r\n${fields.join('')}`;
  }

  get(path: string): RequestText {
    return { text: `GET ${path}${this.#middle}\r\n`, encoding: 'latin1' };
  }

  /** `headers`: of this post alone. */
  post(path: string, body: string, headers: Readonly<Record<string, string>> | undefined): RequestText {
    let middle = this.#middle;
    if (headers !== undefined) for (const name in headers) middle += field(name, headers[name]!);
    const bytes = Buffer.byteLength(body);
    const head = `POST ${path}${middle}content-length: ${bytes}\r\n\r\n`;
    if (bytes === body.length) return { text: head + body, encoding: 'latin1' };
    // Names and values may hold Latin-1, which UTF-8 writes otherwise: then the body's bytes are taken for characters.
    if (Buffer.byteLength(head) === head.length) return { text: head + body, encoding: 'utf8' };
    return { text: head + Buffer.from(body).toString('latin1'), encoding: 'latin1' };
  }
}

/** Throws where a value would not stay in its line. */
function field(name: string, value: string): string {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw new Error(`header ${name} cannot be sent: ${JSON.stringify(value)}`);
  return `${name}: ${value}\r\n`;
}
