/** Rules and templates: what is in force, every version, and changing them. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Problem } from '../../../core/problem.js';
import type { RuleVersionRecord } from '../../engine/record.js';
import { type Rules, rulesSchema } from '../../engine/rules.js';
import { gives, newestFirst, type Office, pageOf, type StaffScope } from './office.js';
import { Refusal } from './refusal.js';
import { versionShape } from './shapes.js';

const note = z.string().prefault('').describe('Why; kept with the version.');
const base = z.int().describe('The version this change was made from; if it is not in force any more, 409.');
const rulesShape = z
  .looseObject({})
  .describe('As in the scenario reference, `server.rules`, `templates`, `welcome`, `fallback`.');
const wholeShape = versionShape.extend({ rules: rulesShape });
const byVersion = z.object({ version: z.coerce.number().int().min(1) });
const byName = z.object({ name: z.string().min(1).max(500) });
const putShape = z
  .unknown()
  .describe(
    'With `rules` and `templates` the whole: `welcome` and `fallback` left out are gone. With one of the two, or neither, what is left out stays as it is.',
  );
/** Both there: it takes the place of all. One forgotten deletes nothing. */
const wholeParts = ['templates', 'rules'];
/** As large as the engine takes them, and the request around. */
const RULES_BODY_BYTES = 1_100_000;

export function addRules(scope: StaffScope, office: Office): void {
  const { rules } = office.account;
  const tags = ['rules'];

  scope.get(
    '/rules',
    { schema: { tags, operationId: 'getRules', summary: 'The rules in force', response: gives(wholeShape) } },
    () => whole(rules.version),
  );

  scope.put(
    '/rules',
    {
      bodyLimit: RULES_BODY_BYTES,
      schema: {
        tags,
        operationId: 'putRules',
        summary: 'Put new rules, or new templates, in force; all that is wrong with them is told by path',
        body: z.strictObject({ version: base, rules: putShape, note }),
        response: gives(wholeShape),
      },
    },
    async (request) => {
      const { version, rules: written, note } = request.body;
      office.person(request);
      if (isRecord(written) && Object.keys(written).length === 0) throw new Refusal(422, [nothingPut]);
      const isPart = isRecord(written) && !wholeParts.every((part) => Object.hasOwn(written, part));
      const put = isPart ? { ...rules.rules, ...written } : written;
      return change(request, 'rules.put', version, put, note);
    },
  );

  scope.get(
    '/rules/schema',
    {
      schema: {
        tags,
        operationId: 'getRulesSchema',
        summary: 'The JSON schema of the rules',
        response: gives(z.looseObject({})),
      },
    },
    () => z.toJSONSchema(rulesSchema, { io: 'input' }) as Record<string, unknown>,
  );

  scope.get(
    '/rules/versions',
    {
      schema: {
        tags,
        operationId: 'listRuleVersions',
        summary: 'Every version, newest first, without the rules themselves',
        querystring: z.strictObject(newestFirst),
        response: gives(pageOf(versionShape)),
      },
    },
    ({ query: { before = Number.POSITIVE_INFINITY, limit } }) => {
      const rows = rules.versions().filter(({ version }) => version < before);
      const page = rows.slice(-limit).reverse();
      return { rows: page.map(headOf), next: rows.length > limit ? page.at(-1)!.version : undefined };
    },
  );

  scope.get(
    '/rules/versions/:version',
    {
      schema: {
        tags,
        operationId: 'getRuleVersion',
        summary: 'The rules as they were',
        params: byVersion,
        response: gives(wholeShape),
      },
    },
    ({ params }) => whole(params.version),
  );

  scope.post(
    '/rules/versions/:version/revert',
    {
      schema: {
        tags,
        operationId: 'revertRules',
        summary: 'Put an old version in force again, as a new one',
        params: byVersion,
        body: z
          .strictObject({ version: base, note })
          .describe('`version` is the one in force, as you saw it; the one to go back to stands in the path.'),
        response: gives(wholeShape),
      },
    },
    async (request) => {
      const { version } = request.params;
      const old = mustBe(version) && rules.rulesOf(version);
      return change(request, 'rules.revert', request.body.version, old, request.body.note);
    },
  );

  scope.get(
    '/templates',
    {
      schema: {
        tags,
        operationId: 'listTemplates',
        summary: 'Texts used by several rules, and by people at the desk',
        response: gives(
          z.object({ version: z.int(), rows: z.array(z.object({ name: z.string(), text: z.string() })) }),
        ),
      },
    },
    () => ({
      version: rules.version,
      rows: Object.entries(rules.rules.templates).map(([name, text]) => ({ name, text })),
    }),
  );

  scope.put(
    '/templates/:name',
    {
      schema: {
        tags,
        operationId: 'putTemplate',
        summary: 'Add or change a template',
        params: byName,
        body: z.strictObject({ version: base, text: z.string(), note }),
        response: gives(wholeShape),
      },
    },
    async (request) => {
      const { version, text, note } = request.body;
      const { templates } = rules.rules;
      const changed = { ...rules.rules, templates: { ...templates, [request.params.name]: text } };
      return change(request, 'template.put', version, changed, note);
    },
  );

  scope.delete(
    '/templates/:name',
    {
      schema: {
        tags,
        operationId: 'deleteTemplate',
        summary: 'Take a template away; refused while a rule uses it',
        params: byName,
        querystring: z.strictObject({ version: z.coerce.number().int(), note }),
        response: gives(wholeShape),
      },
    },
    async (request) => {
      office.person(request);
      const { name } = request.params;
      if (!Object.hasOwn(rules.rules.templates, name)) throw new Refusal(404, `No template is called "${name}".`);
      const { [name]: _, ...templates } = rules.rules.templates;
      const { version, note } = request.query;
      const users = usersOf(rules.rules, name);
      if (users.length > 0 && version === rules.version) {
        throw new Refusal(422, [{ path: 'name', message: `The template "${name}" is used by ${users.join(', ')}.` }]);
      }
      return change(request, 'template.delete', version, { ...rules.rules, templates }, note);
    },
  );

  async function change(request: FastifyRequest, action: string, from: number, written: unknown, note: string) {
    const person = office.person(request);
    office.mustKeep();
    if (from !== rules.version) {
      const { person: by } = mustBe(rules.version);
      throw new Refusal(409, `Version ${rules.version} by ${by} is in force, not ${from}; look at it first.`);
    }
    const outcome = rules.edit(written, person, note, office.nowMs());
    const about = 'version' in outcome ? outcome.version : '';
    const { version } = await office.keep(request, action, about, outcome);
    return whole(version);
  }

  function mustBe(version: number): RuleVersionRecord {
    const row = rules.versions().find((row) => row.version === version);
    if (row === undefined) throw new Refusal(404, `There is no version ${version}.`);
    return row;
  }

  function whole(version: number) {
    return { ...headOf(mustBe(version)), rules: rules.rulesOf(version) as Rules & Record<string, unknown> };
  }
}

const nothingPut: Problem = { path: 'rules', message: 'Nothing is put: write `rules`, `templates`, or both.' };

function isRecord(written: unknown): written is Readonly<Record<string, unknown>> {
  return typeof written === 'object' && written !== null && !Array.isArray(written);
}

/** Whose reply is this template. */
function usersOf({ rules, welcome, fallback }: Rules, template: string): string[] {
  return [
    ...rules.filter(({ reply }) => reply.template === template).map(({ name }) => `the rule "${name}"`),
    ...Object.entries({ welcome, fallback }).flatMap(([name, reply]) => (reply?.template === template ? [name] : [])),
  ];
}

function headOf({ version, person, note, atMs }: RuleVersionRecord) {
  return { version, person, note, atMs };
}
