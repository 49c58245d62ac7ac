/** docs/SCENARIO.md, made from the declaration: every key, what it takes, its default, what it is for. */
import type { z } from 'zod';
import { groupSchema } from '../../server/engine/user-group.js';
import { channelSchema } from './channel.js';
import { channelExamples } from './channel-examples.js';
import { duration } from './codecs.js';
import { deskSchema, inboxSchema } from './desk.js';
import { fansSchema } from './fan.js';
import { faultSchema } from './fault.js';
import { hookSchema } from './hook.js';
import { expectationSchema, intentSchema } from './intent.js';
import { countWords, gateScopes, latencyWords, levelWords, spanWords } from './metric-words.js';
import { networkFaultSchema } from './network.js';
import { peopleExamples } from './people-examples.js';
import { limitsSchema, platformSchema } from './platform.js';
import { pricesSchema } from './prices.js';
import { queueSchema } from './queue.js';
import { type KeyRow, keyRows } from './reference-rows.js';
import { referenceServerSchema } from './reference-server.js';
import { scenarioSchema } from './schema.js';
import { literalValues, note, shapeOf, unwrap } from './schema-walk.js';
import { gateSchema } from './threshold.js';
import { sendsSchema, type TrafficModel, trafficPartSchema } from './traffic.js';
import { modelExamples, reactionExample } from './traffic-examples.js';
import { bodyVariables, fanVariables } from './variable.js';

export function scenarioReference(): string {
  const sections = [
    intro,
    section('Top level', table(keyRows(scenarioSchema, { isDeep: false }))),
    section('day, phases, assumptions', table(nested(['day', 'phases', 'assumptions']))),
    section('fans', table(keyRows(fansSchema))),
    section('intents', intentsText, table(intentRows), reactionText),
    section('expect', description(expectationSchema), table(keyRows(expectationSchema))),
    section('sends', description(sendsSchema), sendsExamples),
    trafficSection(),
    kindsSection('faults', faultSchema),
    kindsSection('network', networkFaultSchema, networkText),
    section('hooks', hooksText, table(keyRows(hookSchema))),
    gateSection(),
    section(
      'server',
      serverText,
      table(keyRows(referenceServerSchema)),
      groupsText,
      table(keyRows(groupSchema({ duration }))),
    ),
    section('desk', deskText, yaml(peopleExamples.desk), table(keyRows(deskSchema))),
    section('inbox', inboxText, yaml(peopleExamples.inbox), table(keyRows(inboxSchema))),
    section('queue', queueText, yaml(peopleExamples.queue), table(keyRows(queueSchema))),
    section('platform', table(keyRows(platformSchema))),
    section('channel', channelText, table(keyRows(channelSchema)), ...channelBlocks),
    section('limits', table(keyRows(limitsSchema))),
    section('prices', table(keyRows(pricesSchema))),
    otherForms,
  ];
  return `${sections.join('\n\n')}\n`;
}

const intro = `# The scenario: every key

<!-- Made from sim/scenario/schema.ts by scenarioReference(); a test compares. Do not edit. -->

A scenario is one YAML file (or JSON, or a TypeScript module). For completion in an editor, begin it with
\`# yaml-language-server: $schema=./scenario.schema.json\`. Unknown keys are refused; everything that is wrong is told at
once, with line and column.

The smallest there is:

\`\`\`yaml
name: smallest
day: { length: 10s }
fans: { followers: 100 }
intents:
  hello: { says: [你好], expect: { contains: 您好 } }
traffic:
  - { name: greetings, model: poisson, rate: 20/s, sends: hello }
server: { answers: { fallback: { text: 您好 } } } # of the reference server; with --target your own answers
\`\`\`

| a | is written | for example |
|---|---|---|
| duration | number and unit: \`us ms s m (min) h d\`, several in a row | \`250ms\` \`5s\` \`1h30m\` |
| rate | number, \`/\`, \`s min h d\` | \`200/s\` \`10/min\` |
| share | a percentage | \`12.5%\` |
| byte rate | number, unit \`B kB MB GB KiB MiB kbit Mbit\`, \`/s\` | \`64kB/s\` \`256kbit/s\` |
| moment | time of day, up to the microsecond; \`+1d\` on the second day | \`14:55\` \`14:55:30.250\` \`09:00+1d\` |

Put moments in quotes: some YAML readers take \`14:55\` for a number.`;

const intentsText = `A map from names to what is sent. ${fanVariables.map((name) => `\`{${name}}\``).join(', ')} may stand in
wordings and in expectations. A \`subscribe\` is a new fan each time, so a part of the traffic that sends it sends nothing else.`;

/** What a right reply is has a section of its own. */
const intentRows = keyRows(intentSchema).filter(({ key }) => !key.startsWith('expect.'));

const reactionText = `Fans who lose patience, write again or leave, and go on to a next turn after a right reply:

\`\`\`yaml
${reactionExample}
\`\`\``;

const sendsExamples = `\`\`\`yaml
sends: opening-hours
sends: { opening-hours: 5, ticket-price: 3 }
sends: { zipf: 0.81, of: [opening-hours, ticket-price, weather] }
\`\`\``;

const networkText = `Played by a proxy of our own between the generator and any target, TLS or not: it knows connections, not messages. Several
may hold at a time: delays add up, of limits the smallest holds. How it looks to the platform is the client's own business: a
reset, a refusal, a deadline.

\`\`\`yaml
network:
  - { do: delay, at: '14:00', for: 5m, by: 200ms, jitter: 50ms }
  - { do: bandwidth, at: '14:10', for: 5m, limit: 64kB/s, share: 20% }
  - { do: reset, at: '14:20', for: 10s, share: 50% }
  - { name: switch dies, do: black-hole, at: '14:30', for: 30s }
  - { do: half-close, at: '14:40', for: 10s }
  - { do: refuse, at: '14:50', for: 20s }
\`\`\``;

const hooksText = `What is done at a moment to what stands around the target: a pod restarted, a version deployed, a database failed over.
They are started in order of time, those of one moment in the order written; none waits for another.
How it ended stands in the report; a hook that fails does not stop the run. What is not over when the run is, is ended.

\`\`\`yaml
hooks:
  - { name: restart, at: '14:30', run: [kubectl, rollout, restart, deploy/replies], timeout: 2m }
  - { name: fail over, at: '15:00', call: { url: 'http://127.0.0.1:9000/failover', method: PUT } }
\`\`\``;

const serverText = `The reference server can do \`workers\` ÷ \`workTime.mean\` messages a second, as far as the machine can. Under \`serve\` the moments of its games count from midnight of the day they were begun on, in the time zone it prints (\`--timezone\`, \`--day\`; [CONSOLE.md](CONSOLE.md#which-day-it-is)).`;

const groupsText = `A group of \`account.groups\` has at least one of these keys, and a fan belongs to it who meets all of them: \`vip: { grade: vip }\`,
\`buyers: { minBought: 1 }\`, \`silent: { following: true, silentFor: 30d }\`.`;

const deskText = `The modelled people, whom \`simulate\` and \`plan\` play; nobody of them answers in a \`run\`. What the rules leave open, and what
\`answers\` names, waits for them in the [inbox](#inbox). A reply may come as late as \`platform.laterReplies\`.

Not the same as \`server.account.desk\` and \`server.account.inbox\`, the reference server's own staff console: those say which real people
may log in and claim messages while it runs, and \`simulate\` and \`plan\` do not read them.`;

const inboxText = `The platform's console in the model of [desk](#desk): what fans send enters it (subscriptions, scans and opened links do not), and the newest push out the oldest, whether or
not anybody has answered. Only \`simulate\` and \`plan\` play it; the reference server's own is \`server.account.inbox\`.`;

const queueText = `A textbook queue (M/M/c and its like) in the place of platform, server and desk, to check \`simulate\` against formulas:
\`server\`, \`desk\` and \`inbox\` then play no part. The \`queue\` of \`server\` is something else: how many messages may wait for its workers.`;

const channelText = `Left out, messages are WeChat's. With it they are signed JSON webhooks of any form, as many other platforms push them. The
shortest: \`channel: { type: webhook }\` posts \`{"id", "from", "kind", "text", "timestamp"}\`, signs the body in \`x-signature\`, and takes the
reply from \`text\` in the answer. The key of the signature is the token (\`--token\`); deadline and repeats are the platform's.

In the texts of a body may stand ${bodyVariables.map((name) => `\`{${name}}\``).join(' ')}.
A text that is \`{timestampMs:number}\` or \`{timestampS:number}\` and nothing else becomes a number; all else stays as it is. A body is made once: every
repeat posts the same bytes, signed anew.`;

const channelBlocks = Object.entries(channelExamples).map(
  ([name, example]) => `For a target like those of ${name}:\n\n\`\`\`yaml\n${example}\n\`\`\``,
);

const otherForms = `## JSON, TypeScript, and files beside the scenario

JSON is read as YAML. A module (\`.ts\`, \`.mts\`, \`.js\`, \`.mjs\`) exports the same object, as \`default\` or as \`scenario\`; it is
a program and runs with your rights. Its problems carry the path, but no line.

\`curve.file\` names a CSV file with the first line \`at,rate\` and rows such as \`14:55,200/s\`; \`recorded.file\` a text file with one
time a line, \`14:55:30.250\` or seconds since midnight. Empty lines and lines that begin with \`#\` do not count. Both are read
beside the scenario, and kept in it (\`points\`, \`times\`) in the run's folder.`;

function trafficSection(): string {
  const options = optionsOf(trafficPartSchema);
  const shared = Object.keys(shapeOf(options[0])).filter((key) =>
    options.every((option) => Object.hasOwn(shapeOf(option), key)),
  );
  const common = keyRows(options[0]!).filter((row) => shared.includes(root(row.key)) && row.key !== 'model');
  const parts = options.map((option) => {
    const model = String(literalValues(shapeOf(option).model)[0]) as TrafficModel;
    const own = keyRows(option).filter((row) => !shared.includes(root(row.key)));
    return `### ${model}\n\n${description(option)}\n\n\`\`\`yaml\n${modelExamples[model]}\n\`\`\`\n\n${table(own)}`;
  });
  const text = 'The parts are added up. Each has a `model`, and these keys:';
  return [section('traffic', text, table(common)), ...parts].join('\n\n');
}

/** A list of maps that differ by `do`: what each does, and the keys they share. */
function kindsSection(title: string, schema: z.core.$ZodType, ...blocks: readonly string[]): string {
  const options = optionsOf(schema);
  const shared = Object.keys(shapeOf(options[0])).filter((key) =>
    options.every((option) => Object.hasOwn(shapeOf(option), key)),
  );
  const kinds = options.map((option) => {
    const own = keyRows(option).filter((row) => !shared.includes(root(row.key)));
    const keys = own.map(
      (row) => `\`${row.key}\` (${row.value}${row.fallback === 'required' ? '' : `, ${row.fallback}`})`,
    );
    return `| \`${literalValues(shapeOf(option).do)[0]}\` | ${description(option)} | ${keys.join(', ')} |`;
  });
  const common = keyRows(options[0]!).filter((row) => shared.includes(root(row.key)) && row.key !== 'do');
  return section(
    title,
    ...blocks,
    ['| `do` | what happens | keys of its own |', '|---|---|---|', ...kinds].join('\n'),
    table(common),
  );
}

function gateSection(): string {
  const metrics = [
    ...Object.entries(latencyWords).map(([name, words]) => [
      `p99(${name})`,
      'duration',
      `${words} Also \`p50\`, \`p99.9\`, \`max\`, \`mean\`.`,
    ]),
    ['answered within 3s', 'share', 'Share of the messages answered right, and this soon after they were due.'],
    ...Object.entries(countWords).map(([name, words]) => [name, 'number', words]),
    ['*count*.rate', 'share', 'Any of these counts as a share of all messages in the scope: `dropped.rate < 0.1%`.'],
    ...Object.entries(levelWords).map(([name, words]) => [name, 'number', `${words} Whole run only.`]),
    ...Object.entries(spanWords).map(([name, words]) => [name, 'duration', `${words} Whole run only.`]),
  ];
  const scopes = Object.entries(gateScopes).map(([scope, words]) => `| \`${scope}\` | ${words} |`);
  return section(
    'gates',
    'Each is `METRIC OP VALUE [SCOPE]` with `<` `<=` `>` `>=` `==` `!=`, as a text or as a map:',
    table(keyRows(optionsOf(gateSchema).at(-1)!)),
    [
      '| metric | value | what it is |',
      '|---|---|---|',
      ...metrics.map(([name, value, words]) => `| \`${name}\` | ${value} | ${words} |`),
    ].join('\n'),
    ['| scope | messages |', '|---|---|', ...scopes].join('\n'),
  );
}

function section(title: string, ...blocks: readonly string[]): string {
  return [`## ${title}`, ...blocks].join('\n\n');
}

function table(rows: readonly KeyRow[]): string {
  const lines = rows.map((row) => `| \`${row.key}\` | ${cell(row.value)} | ${row.fallback} | ${cell(row.meaning)} |`);
  return ['| key | takes | default | meaning |', '|---|---|---|---|', ...lines].join('\n');
}

function yaml(example: string): string {
  return `\`\`\`yaml\n${example}\n\`\`\``;
}

function nested(keys: readonly string[]): KeyRow[] {
  return keyRows(scenarioSchema).filter((row) => keys.some((key) => root(row.key) === key && row.key !== key));
}

/** `fans` of `fans.sources[].name`. */
function root(key: string): string {
  return key.split(/[.[]/)[0]!;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function description(schema: z.core.$ZodType): string {
  return note(schema, 'description') ?? '';
}

function optionsOf(union: z.core.$ZodType): readonly z.core.$ZodType[] {
  const def = unwrap(union)._zod.def;
  return def.type === 'union' ? def.options : [];
}
