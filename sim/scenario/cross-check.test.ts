/** Checks across fields that end in a warning, and limits that no fixture reaches; the errors stand in load.test.ts. */
import { expect, test } from 'vitest';
import { crossCheck } from './cross-check.js';
import { dotted, type Finding } from './finding.js';
import { type ScenarioInput, scenarioSchema } from './schema.js';

const part = { name: 'part', model: 'poisson', total: 10, sends: 'hello' } as const;
const small: ScenarioInput = {
  name: 'small',
  day: { start: '10:00', length: '1h' },
  fans: { followers: 100 },
  intents: { hello: { says: ['hi'] } },
  traffic: [part],
};

function check(changes: Partial<ScenarioInput>): { errors: string[]; warnings: string[] } {
  const { errors, warnings } = crossCheck(scenarioSchema.parse({ ...small, ...changes }));
  const lines = (findings: readonly Finding[]) => findings.map(({ path, message }) => `${dotted(path)}: ${message}`);
  return { errors: lines(errors), warnings: lines(warnings) };
}

test('nothing is found where nothing is wrong', () => {
  expect(check({})).toEqual({ errors: [], warnings: [] });
});

test('the parts of an account that do not fit together', () => {
  const account = {
    menu: [{ name: 'draw', buttons: [{ name: 'draw', key: 'DRAW' }] }],
    buying: { words: ['buy'], rights: 1, only: ['vip'] },
  };
  expect(check({ server: { account } }).errors).toEqual([
    'server.account.menu.0.buttons.0.key: No rule and no game answers the key "DRAW"; give it a rule.',
    'server.account.buying.only.0: No group is called "vip"; there are none.',
  ]);
  const rule = { name: 'draw', key: 'DRAW', reply: { template: 'drawn' } };
  const answers = { rules: [rule], templates: { drawn: 'x', sorry: 'for the desk' } };
  const groups = { vip: { grade: 'vip' } };
  const desk = { people: ['wang'] };
  expect(check({ server: { account: { ...account, groups, desk }, answers } })).toEqual({ errors: [], warnings: [] });
});

test('what is sent in reaction is sent, whether a part of the traffic sends it or not', () => {
  const intents = {
    hello: { says: ['hi'], next: { send: 'thanks' } },
    thanks: { says: ['thanks'] },
    leave: { kind: 'unsubscribe' as const },
  };
  const unused = (unsubscribe: string) =>
    check({ intents, fans: { followers: 100, patience: { median: '5s', unsubscribe } } }).warnings;
  expect(unused('10%')).toEqual([]);
  expect(unused('0%')).toEqual(['intents.leave: no part of the traffic sends "leave"']);
});

test('warnings', () => {
  const push = { name: 'push', model: 'push', at: '10:00', recipients: 5, total: 10, sends: 'hello' } as const;
  const changes = {
    intents: { hello: { says: ['hi'] }, spare: { kind: 'image' as const } },
    traffic: [push],
    speed: 600,
    gates: [{ that: 'wrong == 0', abort: { after: '10s' } }],
    server: { answers: { templates: { spare: 'x' } } },
  };
  expect(check(changes)).toEqual({
    errors: [],
    warnings: [
      'traffic.0.total: more messages than recipients (5)',
      'intents.spare: no part of the traffic sends "spare"',
      'server.answers.templates.spare: no reply uses the template "spare"',
      'gates.0.abort.after: the run is over after 6s at this speed: nothing will be aborted',
    ],
  });
});

test('a push to more than follow is warned of, unless others may have come before it', () => {
  const push = { name: 'push', model: 'push', at: '10:00', recipients: 500, respond: '1%', sends: 'hello' } as const;
  const day = { fans: { followers: 5 }, traffic: [push], intents: { hello: { says: ['hi'] } } };
  expect(check(day).warnings).toEqual(['traffic.0.recipients: more than there are followers (5)']);
  expect(check({ ...day, fans: { followers: 500 } }).warnings).toEqual([]);
  const joins = { intents: { ...day.intents, join: { kind: 'subscribe' as const } } };
  expect(check({ ...day, ...joins }).warnings.join()).not.toContain('followers');
});

test('a plan has its limits', () => {
  expect(check({ day: { length: '32d' } }).errors).toEqual(['day.length: at most 31 days (`31d`)']);
  expect(check({ traffic: [{ ...part, total: undefined, rate: '30000/s' }] }).errors).toEqual([
    'traffic: about 108 million messages in all; at most 50 million can be planned',
  ]);
  expect(check({ fans: { followers: 0 } }).errors).toEqual([
    'fans.followers: nobody is there to write: no followers, and nobody subscribes',
  ]);
});

test('the followers need not be there when others come', () => {
  const follow = { name: 'follows', model: 'constant', rate: '1/s', sends: 'follow' } as const;
  const intents = { ...small.intents, follow: { kind: 'subscribe' as const } };
  expect(check({ fans: { followers: 0 }, intents, traffic: [follow, part] }).errors).toEqual([]);
});

test('two points of a curve at one time are a jump', () => {
  const points = ['10:00', '10:30', '10:30', '11:00'].map((at, index) => ({ at, rate: `${index}/s` }));
  expect(check({ traffic: [{ name: 'curve', model: 'curve', points, sends: 'hello' }] }).errors).toEqual([]);
});

test('a gate may name a phase, a part or a fault, when only one has the name', () => {
  const changes = {
    phases: [{ name: 'opening', from: '10:00', to: '10:10' }],
    faults: [{ do: 'stall' as const, at: '10:05', for: '1m' }],
    gates: ['wrong == 0 during opening', 'late == 0 during part', 'dropped == 0 during stall'],
  };
  expect(check(changes).errors).toEqual([]);
  expect(check({ ...changes, phases: [{ name: 'part', from: '10:00', to: '10:10' }] }).errors).toEqual([
    'gates.0: no phase, traffic part or fault is called "opening"; there are "part", "part", "stall"',
    'gates.1: "part" is the name of a phase and of a traffic part; give one of them another name',
  ]);
});

test('nothing else goes wrong at a server that is gone', () => {
  const crash = { do: 'crash' as const, at: '10:05', for: '1m' };
  const stall = { do: 'stall' as const, for: '10s' };
  const faults = [{ ...stall, at: '10:04:55' }, crash, { ...stall, at: '10:05:30' }, { ...stall, at: '10:06' }, crash];
  expect(check({ faults }).errors).toEqual([
    'faults.2.at: the server is gone then: it crashes at 10:05',
    'faults.4.at: the server is gone then: it crashes at 10:05',
  ]);
});
