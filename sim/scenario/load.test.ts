/** Loading: everything wrong at once and in its place; three kinds of files; files that are none. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { formatProblem, UserError } from '../../core/problem.js';
import { loadScenario, type ScenarioOverrides } from './load.js';

const fixtures = fileURLToPath(new URL('fixtures/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'peakday-load-'));
afterAll(() => rmSync(folder, { recursive: true }));

const small = `name: small
day: { length: 10s }
fans: { followers: 100 }
intents:
  hello: { says: [hi] }
traffic:
  - { name: part, model: poisson, rate: 20/s, sends: hello }
`;

function write(name: string, text: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** The problems as lines, with the temporary folder taken off. */
async function problemsOf(file: string, overrides?: ScenarioOverrides): Promise<string[]> {
  try {
    await loadScenario(file, overrides);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.exitCode).toBe(2);
    return error.problems.map((problem) => formatProblem(problem).replaceAll(`${folder}/`, ''));
  }
  return [];
}

describe('everything that is wrong is told at once, in its place', () => {
  test.each(['wrong-schema', 'wrong-across'])('%s.yaml', async (name) => {
    const lines = await problemsOf(join(fixtures, `${name}.yaml`));
    const golden = join(fixtures, `${name}.problems.txt`);
    const text = `${lines.map((line) => line.replaceAll('sim/scenario/fixtures/', '')).join('\n')}\n`;
    if (process.env.PEAKDAY_UPDATE === '1') writeFileSync(golden, text);
    expect(lines.length).toBeGreaterThan(30);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });

  test('lines and columns are those an editor shows', async () => {
    const file = write('place.yaml', small.replace('rate: 20/s', 'rte: 20/s, seed: 5'));
    expect(await problemsOf(file)).toEqual([
      'place.yaml:7:35 traffic.0.rte — unknown key "rte"; did you mean "rate"?',
      'place.yaml:7:46 traffic.0.seed — unknown key "seed"; there are model, name, sends, burstiness, from, to, total, rate',
    ]);
  });

  test('a scenario that is a list, or a text, or nothing', async () => {
    const missing = 'is not a map with name, title, about, facts';
    expect(await problemsOf(write('list.yaml', '- 1\n'))).toEqual([
      expect.stringContaining(`list.yaml:1:1 — a list ${missing}`),
    ]);
    expect(await problemsOf(write('text.yaml', 'hello'))).toEqual([
      expect.stringContaining(`text.yaml:1:1 — "hello" ${missing}`),
    ]);
    expect(await problemsOf(write('null.yaml', '~'))).toEqual(['null.yaml — the scenario is empty']);
  });
});

describe('YAML', () => {
  test('syntax errors stand alone, with their place', async () => {
    const [first] = await problemsOf(write('syntax.yaml', 'name: x\nday: [1, 2\nfans: 3\n'));
    expect(first).toMatch(/^syntax\.yaml:3:1 — /);
  });

  test('a key that stands twice is told with everything else', async () => {
    expect(await problemsOf(write('twice.yaml', `${small}name: other\nsped: 3\n`))).toEqual([
      'twice.yaml:8:1 — this key stands twice in the same map; keep one of them',
      'twice.yaml:9:1 sped — unknown key "sped"; did you mean "speed"?',
    ]);
  });

  test('only one document a file', async () => {
    expect(await problemsOf(write('two.yaml', `${small}---\nname: y\n`))).toEqual([
      'two.yaml:8:1 — only one document a file; take the `---` away',
    ]);
  });

  test('aliases and merge keys work, a billion laughs does not', async () => {
    const shared = small.replace('hello: {', '.x: &x { kind: image }\n  image: *x\n  other: { <<: *x }\n  hello: {');
    const { scenario, warnings } = await loadScenario(write('alias.yaml', shared.replace('.x:', 'first:')));
    expect(scenario.intents.other).toEqual({ kind: 'image', expect: 'acknowledged' });
    expect(warnings.map((warning) => `${warning.line}:${warning.column} ${warning.message}`)).toEqual([
      '5:3 no part of the traffic sends "first"',
      '6:3 no part of the traffic sends "image"',
      '7:3 no part of the traffic sends "other"',
    ]);
    const levels = 'abcdefgh'.split('').map((name, level, names) => {
      const item = level === 0 ? 'lol' : `*${names[level - 1]}`;
      return `${name}: &${name} [${new Array(10).fill(item).join(', ')}]`;
    });
    expect(await problemsOf(write('bomb.yaml', levels.join('\n')))).toEqual([
      'bomb.yaml — its aliases (`*name`) unfold to far too much; write it out',
    ]);
  });

  test('JSON is read like YAML, and may name its schema', async () => {
    const yaml = await loadScenario(write('same.yaml', small));
    const input = {
      $schema: './scenario.schema.json',
      name: 'small',
      day: { length: '10s' },
      fans: { followers: 100 },
      intents: { hello: { says: ['hi'] } },
      traffic: [{ name: 'part', model: 'poisson', rate: '20/s', sends: 'hello' }],
    };
    const json = await loadScenario(write('same.json', JSON.stringify(input, null, 2)));
    expect(json.scenario).toEqual(yaml.scenario);
    expect([yaml.source, json.source]).toEqual(['yaml', 'json']);
    expect(json.place(['traffic', 0, 'rate'])).toMatchObject({ line: 21, column: 15 });
  });

  test('place() knows values, and for what is not there the nearest thing around it', async () => {
    const { place, file } = await loadScenario(write('place-ok.yaml', small));
    expect(file).toBe(join(folder, 'place-ok.yaml'));
    expect(place(['traffic', 0, 'rate'])).toMatchObject({ line: 7, column: 41 });
    expect(place(['day', 'start'])).toMatchObject({ line: 2, column: 1 });
    expect(place(['seed'])).toMatchObject({ line: 1, column: 1 });
  });
});

describe('TypeScript and JavaScript', () => {
  const body = `{
  name: 'small',
  day: { length: '10s' },
  fans: { followers: 100 },
  intents: { hello: { says: ['hi'] } },
  traffic: [{ name: 'part', model: 'poisson', rate: '20/s', sends: 'hello' }],
}`;

  test.each([
    ['default.ts', `enum Unused { a }\nexport default ${body} satisfies object;`],
    ['named.mts', `import type { Nothing } from './nowhere.js';\nexport const scenario: object = ${body};`],
    ['plain.mjs', `export default ${body};`],
    ['common.js', `module.exports = ${body};`],
  ])('%s gives the same scenario as the YAML', async (name, text) => {
    const { scenario } = await loadScenario(write('same.yaml', small));
    const loaded = await loadScenario(write(name, text));
    expect(loaded.scenario).toEqual(scenario);
    expect(loaded.source).toBe('typescript');
    expect(loaded.place(['name'])).toBeUndefined();
  });

  test('an edited module is read again', async () => {
    await loadScenario(write('edited.ts', `export default ${body}`));
    const { scenario } = await loadScenario(write('edited.ts', `export default ${body.replace('small', 'edited')}`));
    expect(scenario.name).toBe('edited');
  });

  test.each([
    ['wrong.ts', `export default ${body.replace("'20/s'", '20')}`, 'wrong.ts traffic.0.rate — 20 is not a rate'],
    ['throws.ts', "enum A { a }\n\nthrow new RangeError('no luck');", 'throws.ts:3:7 — threw RangeError: no luck'],
    ['syntax.ts', "export default {\n  day: { length '10s' },\n};", 'syntax.ts:2:17 — Unexpected token'],
    [
      'import.ts',
      "import { x } from './nowhere.js';\nexport default x;",
      "import.ts — Cannot find module './nowhere.js'",
    ],
    ['nothing.ts', 'export const other = 1;', 'nothing.ts — exports no scenario; write `export default { … }`'],
    ['text.mjs', "throw 'text';", 'text.mjs — threw "text"'],
  ])('%s', async (name, text, start) => {
    const problems = await problemsOf(write(name, text));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.slice(0, start.length)).toBe(start);
  });

  test('is found where packages are installed, too', async () => {
    mkdirSync(join(folder, 'node_modules/package'), { recursive: true });
    const { scenario } = await loadScenario(
      write('node_modules/package/scenario.ts', `export default ${body} as object`),
    );
    expect(scenario.name).toBe('small');
  });
});

describe('files that are no scenario', () => {
  test.each([
    ['missing.yaml', undefined, 'missing.yaml — does not exist'],
    ['missing.ts', undefined, 'missing.ts — does not exist'],
    ['empty.yaml', '', 'empty.yaml — the scenario is empty'],
    ['comment.yaml', '# nothing yet\n', 'comment.yaml — the scenario is empty'],
    ['binary.yaml', Buffer.from([1, 0, 2]), 'binary.yaml — is not a text file'],
    ['latin.yaml', Buffer.from([0x6e, 0xff, 0xfe]), 'latin.yaml — is not a text file in UTF-8'],
    ['large.yaml', '#'.repeat(5_000_001), 'large.yaml — is larger than 5 MB, the most that is read'],
    [
      'scenario.toml',
      'x',
      'scenario.toml — is not a scenario; its name ends in one of .yaml, .yml, .json, .ts, .mts, .js, .mjs',
    ],
  ])('%s', async (name, content, problem) => {
    const file = content === undefined ? join(folder, name) : write(name, content);
    expect(await problemsOf(file)).toEqual([problem]);
  });

  test('a directory', async () => {
    mkdirSync(join(folder, 'folder.yaml'));
    expect(await problemsOf(join(folder, 'folder.yaml'))).toEqual(['folder.yaml — is a directory; name a file']);
  });

  test.skipIf(process.getuid?.() === 0)('a file that may not be read', async () => {
    const file = write('secret.yaml', small);
    chmodSync(file, 0);
    expect(await problemsOf(file)).toEqual(['secret.yaml — may not be read: permission denied']);
  });

  test('an unknown name: the built-in ones are listed', async () => {
    const names =
      'example, floraland, morning, plain-queue, prizes, push-callbacks, quiz, retry-storm, sale, smoke, three-days, webhook';
    expect(await problemsOf('florland')).toEqual([
      `there is no scenario "florland"; did you mean "floraland"? Built in are ${names}`,
    ]);
    expect(await problemsOf('elephants')).toEqual([`there is no scenario "elephants"; built in are ${names}`]);
  });
});

describe('seed and speed from outside', () => {
  test('go before those of the scenario', async () => {
    const file = write('seeded.yaml', `${small}seed: 5\nspeed: 2\n`);
    expect(await loadScenario(file)).toMatchObject({ scenario: { seed: 5, speed: 2 } });
    expect(await loadScenario(file, { seed: 0, speed: 0.5 })).toMatchObject({ scenario: { seed: 0, speed: 0.5 } });
  });

  test('are checked by the same declaration', async () => {
    expect(await problemsOf('smoke', { seed: -1, speed: 0 })).toEqual([
      '--seed — -1 is too small: at least 0',
      '--speed — 0 is too small: more than 0',
    ]);
  });
});

describe('files beside the scenario', () => {
  const withPart = (part: string) => small.replace(/ {2}- \{.*/, `  - { name: part, sends: hello, ${part} }`);

  test('a curve', async () => {
    write('day.csv', '\uFEFFat,rate\r\n# night\r\n00:00:00,5/s\r\n\r\n"00:00:05.500","600/min"\r\n10,0/s\r\n');
    const { scenario, place } = await loadScenario(write('curve.yaml', withPart('model: curve, file: day.csv')));
    expect(scenario.traffic).toEqual([
      {
        name: 'part',
        model: 'curve',
        sends: 'hello',
        spacing: 'random',
        points: [
          { at: 0, rate: 5 },
          { at: 5.5, rate: 10 },
          { at: 10, rate: 0 },
        ],
      },
    ]);
    expect(place(['traffic', 0, 'points', 1, 'at'])).toEqual({ file: join(folder, 'day.csv'), line: 5, column: 1 });
  });

  test('a curve that leaves the day, or goes back in time, is told at its own line', async () => {
    write('late.csv', 'at,rate\n00:00,5/s\n00:01,5/s\n');
    write('back.csv', 'at,rate\n00:00:05,5/s\n00:00:02,5/s\n');
    write('headless.csv', '00:00,5/s\n00:00:02,5/s\n');
    write('one.csv', 'at,rate\n00:00,5/s\n');
    const problems = (file: string) => problemsOf(write('curve.yaml', withPart(`model: curve, file: ${file}`)));
    expect(await problems('late.csv')).toEqual([
      'late.csv:3:1 traffic.0.points.1.at — 00:01 is outside the day (00:00 to 00:00:10)',
    ]);
    expect(await problems('back.csv')).toEqual([
      'back.csv:3:1 traffic.0.points.1.at — 00:00:02 is before 00:00:05; the points go forward in time',
    ]);
    expect(await problems('headless.csv')).toEqual(['headless.csv:1:1 — the first line must be `at,rate`']);
    expect(await problems('one.csv')).toEqual(['one.csv — has 1 row; at least 2 are needed']);
    expect(await problems('none.csv')).toEqual(['curve.yaml:7:53 traffic.0.file — none.csv does not exist']);
  });

  test('100,000 recorded times load fast, in either form', { timeout: 5_000 }, async () => {
    const times = Array.from({ length: 100_000 }, (_, index) => index * 0.0001);
    write('times.txt', times.map((time, index) => (index % 2 ? time : `00:00:0${time.toFixed(4)}`)).join('\n'));
    const file = write('recorded.yaml', withPart('model: recorded, file: times.txt'));
    const { scenario } = await loadScenario(file);
    const [part] = scenario.traffic;
    expect(part?.model === 'recorded' && part.times).toEqual(times.map((time) => Math.round(time * 1e6) / 1e6));
    expect(part).not.toHaveProperty('file');
  });

  test('of many wrong lines the first are told, and how many more there are', async () => {
    write('many.txt', 'noon\n'.repeat(1_000));
    const problems = await problemsOf(write('many.yaml', withPart('model: recorded, file: many.txt')));
    expect(problems).toHaveLength(21);
    expect(problems[19]).toBe(
      'many.txt:20:1 — "noon" is not a time of day like "14:55:30.250", or seconds since midnight',
    );
    expect(problems[20]).toBe('many.txt — and 980 more like these');
  });
});

test('people are not set beside shifts, where it would change nothing', async () => {
  const desk = 'desk: { people: 3, shifts: [{ from: "00:00", to: "10:00", people: 2 }] }\n';
  const file = write('shifts.yaml', `${small}${desk}`);
  expect(await problemsOf(file)).toEqual([]);
  expect((await problemsOf(file, { set: ['desk.people=4'] })).join()).toMatch(
    /--set desk\.people.*changes nothing, for desk\.shifts say who is there: set desk\.shifts\.0\.people/,
  );
  expect(await problemsOf(file, { set: ['desk.shifts.0.people=4'] })).toEqual([]);
});
