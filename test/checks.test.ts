/** Format, lint, unused code and types, as `npm run lint` and `npm run types` tell them: beside the tests, not before them. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

const top = new URL('..', import.meta.url).pathname;

it.each(['lint', 'types'])('npm run %s', { timeout: 300_000 }, async (script) => {
  const child = spawn('npm', ['run', '--silent', script], { cwd: top, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [exitCode, stdout, stderr] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
  expect(exitCode, `${stdout}${stderr}`).toBe(0);
});
