/** Holds the walls of the house (docs/ARCHITECTURE.md): who may import whom, no circles, and one file for the clock. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** A file imports only from its own room or from rooms further left. */
const rooms = [
  'core',
  'wechat',
  'server/engine',
  'server/store',
  'server/http',
  'sim/scenario',
  'sim/traffic',
  'sim/plan',
  'sim/delivery',
  'sim/ledger',
  'sim/player',
  'sim/measure',
  'sim/gate',
  'sim/run',
  'sim/virtual',
  'sim/planning',
  'sim/probe',
  'sim/report',
  'sim/cli',
] as const;

const top = new URL('..', import.meta.url).pathname;
const files = filesBelow(['core', 'wechat', 'server', 'sim']);
const sources = new Map(files.map((file) => [file, readFileSync(join(top, file), 'utf8')]));
const product = files.filter((file) => !isForTests(file));

describe('the walls', () => {
  it(`holds the order of rooms and the three narrower rules (${product.length} files read)`, () => {
    console.info(`import rule: ${product.length} files read`);
    expect(product.length).toBeGreaterThan(100);
    const breaches = product.flatMap((file) => importsOf(file).flatMap((target) => breachOf(file, target)));
    expect(breaches).toEqual([]);
  });

  it('would notice a breach', () => {
    expect(breachOf('sim/plan/plan.ts', 'sim/run/play.ts')).not.toEqual([]);
    expect(breachOf('server/http/listen.ts', 'sim/plan/plan.ts')).not.toEqual([]);
    expect(breachOf('sim/run/play.ts', 'server/engine/rules.ts')).not.toEqual([]);
    expect(breachOf('sim/virtual/queue.ts', 'sim/run/play.ts')).not.toEqual([]);
    expect(breachOf('sim/scenario/schema.ts', 'server/engine/rules.ts')).toEqual([]);
  });

  it('has no import circle, types included', () => {
    expect(circleIn(product)).toBeUndefined();
  });

  it('reads the time and sets timers in core/clock.ts alone', () => {
    const banned =
      /\b(setTimeout|setInterval)\s*\(|\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|process\.hrtime|Math\.random/;
    const breaches = product.filter(
      (file) => file !== 'core/clock.ts' && banned.test(withoutComments(sources.get(file)!)),
    );
    expect(breaches).toEqual([]);
  });

  it('leaves nothing of the console unchecked: no `any` in its JSDoc', () => {
    const folder = join(top, 'server/console');
    const pages = readdirSync(folder).filter((name) => name.endsWith('.js'));
    expect(pages.length).toBeGreaterThan(10);
    const isAny = (name: string) => /@\w+ (\w+ )?\{[^\n]*\bany\b/.test(readFileSync(join(folder, name), 'utf8'));
    expect(pages.filter(isAny)).toEqual([]);
  });

  it('has no default exports and no file that only passes on', () => {
    for (const file of product) {
      expect(sources.get(file), file).not.toMatch(/^export default/m);
      expect(sources.get(file), file).not.toMatch(/^export \* from/m);
    }
  });
});

function filesBelow(folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    )
    .filter((file) => file.endsWith('.ts'))
    .sort();
}

/** Tests, and what only tests use: contracts, samples, golden documents. */
function isForTests(file: string): boolean {
  return /\.test\.ts$|\/golden\/|contract\.ts$|samples\.ts$|signed-push\.ts$/.test(file);
}

function importsOf(file: string): string[] {
  return [...sources.get(file)!.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path]) =>
    normalize(join(dirname(file), path!)).replace(/\.js$/, '.ts'),
  );
}

function roomOf(file: string): number {
  return rooms.findIndex((room) => file.startsWith(`${room}/`));
}

function breachOf(file: string, target: string): string[] {
  const [from, to] = [roomOf(file), roomOf(target)];
  const says = (rule: string) => [`${file} imports ${target}: ${rule}`];
  if (from < 0 || to < 0) return says('not in a room');
  if (to > from) return says(`${rooms[to]} stands to the right of ${rooms[from]}`);
  if (file.startsWith('server/') && target.startsWith('sim/')) return says('the server knows nothing of the simulator');
  const mayKnowServer: Record<string, RegExp> = {
    'sim/scenario': /^server\/engine\//,
    'sim/virtual': /^server\/engine\//,
    'sim/planning': /^server\/engine\//,
    'sim/cli': /^server\//,
  };
  if (file.startsWith('sim/') && target.startsWith('server/') && !mayKnowServer[rooms[from]!]?.test(target)) {
    return says('only scenario (rules), virtual and planning (engine) and cli (to start it) know the server');
  }
  if (file.startsWith('sim/virtual/') && target.startsWith('sim/run/'))
    return says('virtual time knows nothing of real time');
  return [];
}

function circleIn(all: readonly string[]): string | undefined {
  const state = new Map<string, 'open' | 'done'>();
  const visit = (file: string, path: readonly string[]): string | undefined => {
    if (state.get(file) === 'done' || !sources.has(file)) return undefined;
    if (state.get(file) === 'open') return [...path.slice(path.indexOf(file)), file].join(' -> ');
    state.set(file, 'open');
    for (const target of importsOf(file)) {
      const circle = visit(target, [...path, file]);
      if (circle !== undefined) return circle;
    }
    state.set(file, 'done');
    return undefined;
  };
  for (const file of all) {
    const circle = visit(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/.*$/gm, '$1');
}
