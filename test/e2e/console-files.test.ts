/** The console as it is installed: its files go with the package, and the built server finds them. */
import { readFileSync } from 'node:fs';
import { fastify } from 'fastify';
import { expect, it } from 'vitest';

const top = new URL('../..', import.meta.url).pathname;

it('goes with the package, and is served with all it imports', async () => {
  const { files } = JSON.parse(readFileSync(`${top}package.json`, 'utf8'));
  expect(files).toContain('server/console');
  const { addConsole } = await import(`${top}dist/server/http/staff/console-pages.js`);
  const app = fastify();
  app.register(async (scope) => addConsole(scope));
  const page = await app.inject('/console');
  expect(page.statusCode).toBe(200);
  expect(page.headers['content-security-policy']).toContain("default-src 'self'; script-src 'self' 'sha256-");
  const seen = new Set<string>();
  const visit = async (path: string): Promise<void> => {
    if (seen.has(path)) return;
    seen.add(path);
    const { statusCode, body, headers } = await app.inject(path);
    expect([path, statusCode]).toEqual([path, 200]);
    if (path.includes('/vendor/')) return;
    expect(body).toBe(readFileSync(`${top}server${path}`, 'utf8'));
    if (!headers['content-type']?.toString().startsWith('text/javascript')) return;
    for (const [, name] of body.matchAll(/from '\.\/([\w-]+\.js)'/g)) await visit(`/console/${name}`);
  };
  for (const [path] of page.body.matchAll(/\/console\/[\w/.-]+/g)) await visit(path);
  expect(seen.size).toBeGreaterThan(15);
  const cached = await app.inject({ url: '/console/main.js' });
  const again = await app.inject({
    url: '/console/main.js',
    headers: { 'if-none-match': cached.headers.etag as string },
  });
  expect(again.statusCode).toBe(304);
  for (const path of ['/console/main', '/console/../package.json', '/console/vendor/', '/console/tsconfig.json']) {
    expect([path, (await app.inject(path)).statusCode]).toEqual([path, 404]);
  }
  await app.close();
});
