/** The console's files, as they are: no build step. Read once; each under its own name, nothing else is found. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface ConsoleFile {
  readonly type: string;
  readonly content: Buffer;
  readonly etag: string;
}

/** To be registered in a scope of its own. The pages hold nothing secret: whoever opens them is asked for the token. */
export function addConsole(scope: FastifyInstance): void {
  const files = readFiles();
  const page = files.get('index.html')!.content.toString('utf8');
  // Import maps must stand in the page itself: this one, and no other script, is allowed by its hash.
  const map = /<script type="importmap">([\s\S]*?)<\/script>/.exec(page)![1]!;
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'sha256-${createHash('sha256').update(map).digest('base64')}'`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  scope.addHook('onRequest', (_request, reply, done) => {
    reply.headers({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    });
    done();
  });
  scope.get('/console/', (_request, reply) => reply.redirect('/console'));
  for (const [name, { type, content, etag }] of files) {
    const path = name === 'index.html' ? '/console' : `/console/${name}`;
    scope.get(path, (request, reply) => {
      reply.header('etag', etag);
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type(type).send(content);
    });
  }
}

function readFiles(): ReadonlyMap<string, ConsoleFile> {
  const folder = consoleFolder();
  const files = new Map<string, ConsoleFile>();
  const add = (name: string, path: string) => {
    const content = readFileSync(path);
    const etag = `"${createHash('sha256').update(content).digest('base64url')}"`;
    files.set(name, { type: types[extname(name)]!, content, etag });
  };
  for (const name of readdirSync(folder)) if (types[extname(name)] !== undefined) add(name, join(folder, name));
  const require = createRequire(import.meta.url);
  add('vendor/preact.js', require.resolve('preact'));
  add('vendor/hooks.js', require.resolve('preact/hooks'));
  add('vendor/htm.js', join(dirname(require.resolve('htm')), 'htm.module.js'));
  return files;
}

/** From the sources as in tests, and from `dist`: the files stand in the package, not in `dist`. */
function consoleFolder(): string {
  const folders = ['../../console/', '../../../../server/console/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return folders.find((folder) => existsSync(join(folder, 'index.html')))!;
}
