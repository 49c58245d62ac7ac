/** docs/SCENARIO.md, made from the declaration: every key, what it takes, its default, what it is for. */
import type { z } from 'zod';
import { fansSchema } from './fan.js';
import { faultSchema } from './fault.js';
import { expectationSchema, fanVariables, intentSchema } from './intent.js';
import { countWords, gateScopes, latencyWords, levelWords, spanWords } from './metric-words.js';
import { limitsSchema, platformSchema } from './platform.js';
import { type KeyRow, keyRows } from './reference-rows.js';
import { referenceServerSchema } from './reference-server.js';
import { scenarioSchema } from './schema.js';
import { literalValues, note, shapeOf, unwrap } from './schema-walk.js';
import { gateSchema } from './threshold.js';
import { sendsSchema, type TrafficModel, trafficPartSchema } from './traffic.js';
import { modelExamples } from './traffic-examples.js';

export function scenarioReference(): string {
  const sections = [
    intro,
    section('Top level', table(keyRows(scenarioSchema, { isDeep: false }))),
    section('day, phases, assumptions', table(nested(['day', 'phases', 'assumptions']))),
    section('fans', table(keyRows(fansSchema))),
    section('intents', intentsText, table(keyRows(intentSchema, { isDeep: false }))),
    section('expect', description(expectationSchema), table(keyRows(expectationSchema))),
    section('sends', description(sendsSchema), sendsExamples),
    trafficSection(),
    faultSection(),
    gateSection(),
    section('server', serverText, table(keyRows(referenceServerSchema))),
    section('platform', table(keyRows(platformSchema))),
    section('limits', table(keyRows(limitsSchema))),
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
\`\`\`

| a | is written | for example |
|---|---|---|
| duration | number and unit: \`us ms s m (min) h d\`, several in a row | \`250ms\` \`5s\` \`1h30m\` |
| rate | number, \`/\`, \`s min h d\` | \`200/s\` \`10/min\` |
| share | a percentage | \`12.5%\` |
| moment | time of day, up to the microsecond; \`+1d\` on the second day | \`14:55\` \`14:55:30.250\` \`09:00+1d\` |

Put moments in quotes: some YAML readers take \`14:55\` for a number.`;

const intentsText = `A map from names to what is sent. ${fanVariables.map((name) => `\`{${name}}\``).join(', ')} may stand in
wordings and in expectations. A \`subscribe\` is a new fan each time, so a part of the traffic that sends it sends nothing else.`;

const sendsExamples = `\`\`\`yaml
sends: opening-hours
sends: { opening-hours: 5, ticket-price: 3 }
sends: { zipf: 0.81, of: [opening-hours, ticket-price, weather] }
\`\`\``;

const serverText = `The reference server can do \`workers\` ÷ \`workTime.mean\` messages a second, as far as the machine can.`;

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

function faultSection(): string {
  const options = optionsOf(faultSchema);
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
    'faults',
    ['| do | what happens | keys of its own |', '|---|---|---|', ...kinds].join('\n'),
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
