/** Import and export: files in, every table out. */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Problem } from '../../../core/problem.js';
import { centreProblems } from '../../engine/centre-map.js';
import type { Outcome } from '../../engine/command.js';
import { orderProblems } from '../../engine/order-book.js';
import type { TableName } from '../../engine/record.js';
import { importProblems } from '../../engine/user-book.js';
import { tableLayouts, tableNames } from '../../store/table-layout.js';
import { writeCsv } from './csv.js';
import {
  type FileForm,
  type LinedRows,
  type ReadRules,
  readCentres,
  readOrders,
  readRules,
  readTemplates,
  readUsers,
} from './import-file.js';
import { gives, type Office, type StaffScope } from './office.js';
import { Refusal, refusalSchema } from './refusal.js';

const FILE_BYTES = 32 * 1024 * 1024;
const kinds = ['users', 'orders', 'centres', 'rules', 'templates'] as const;

const stream = (...types: readonly string[]) => ({
  200: {
    description: 'A file.',
    content: Object.fromEntries(types.map((type) => [type, { schema: z.string() }])),
  },
  '4xx': refusalSchema,
  '5xx': refusalSchema,
});

export function addTransfers(scope: StaffScope, office: Office): void {
  const { account, store } = office;
  const tags = ['transfer'];

  scope.register(async (files) => {
    // As bytes: who wrote the file in another coding than UTF-8 is told so, with JSON too.
    files.removeAllContentTypeParsers();
    files.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: FILE_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    files.post<{ Params: { kind: (typeof kinds)[number] } }>(
      '/import/:kind',
      {
        bodyLimit: FILE_BYTES,
        schema: {
          tags,
          operationId: 'importFile',
          summary: 'Import a file: all of its rows or, if one is wrong, none; every problem with its line',
          description:
            'CSV (`text/csv`), JSON (`application/json`: an array of objects, or one object a line). Rules and templates: a JSON or YAML document as in the scenario reference, or CSV; words of one rule have `|` between them.',
          consumes: ['text/csv', 'application/json'],
          params: z.object({ kind: z.enum(kinds) }),
          body: z.unknown().describe('The file, in UTF-8; at most 32 MiB.'),
          response: gives(z.object({ rows: z.int().optional(), version: z.int().optional() })),
        },
      },
      async (request) => {
        office.person(request);
        office.mustKeep();
        return imported(request, request.params.kind);
      },
    );
  });

  scope.get(
    '/export',
    {
      schema: {
        tags,
        operationId: 'exportAll',
        summary: 'Everything that is stored, as JSON lines {table, row}',
        response: stream('application/x-ndjson'),
      },
    },
    (_request, reply) => {
      give(reply, 'peakday.jsonl', 'application/x-ndjson', Readable.from(everything()));
    },
  );

  scope.get(
    '/export/:table',
    {
      schema: {
        tags,
        operationId: 'exportTable',
        summary: 'One table',
        params: z.object({ table: z.enum(tableNames as [TableName]) }),
        querystring: z.strictObject({ format: z.enum(['csv', 'jsonl']).prefault('csv') }),
        response: stream('text/csv', 'application/x-ndjson'),
      },
    },
    ({ params: { table }, query: { format } }, reply) => {
      const rows = store.exportRows(table);
      if (format === 'jsonl') {
        give(reply, `${table}.jsonl`, 'application/x-ndjson', Readable.from(jsonLines(rows)));
        return;
      }
      const columns = tableLayouts[table].columns.map(([name]) => name);
      give(reply, `${table}.csv`, 'text/csv; charset=utf-8', writeCsv(columns, rows));
    },
  );

  async function imported(request: FastifyRequest, kind: (typeof kinds)[number]) {
    const content = request.body;
    if (!Buffer.isBuffer(content)) throw new Refusal(400, 'There is nothing in it.');
    const form = formOf(request);
    const nowMs = office.nowMs();
    switch (kind) {
      case 'users': {
        const read = await readUsers(content, form);
        const { imports } = account;
        return put(request, kind, read, importProblems, () => imports.users(read.rows, nowMs));
      }
      case 'orders': {
        const read = await readOrders(content, form);
        const { imports } = account;
        return put(request, kind, read, orderProblems, () => imports.orders(read.rows, nowMs, read.lines));
      }
      case 'centres': {
        const read = await readCentres(content, form);
        const { imports } = account;
        return put(request, kind, read, centreProblems, () => imports.centres(read.rows, read.lines));
      }
      case 'rules':
        return putRules(request, kind, await readRules(content, form, account.rules.rules));
      case 'templates':
        return putRules(request, kind, await readTemplates(content, form, account.rules.rules));
    }
  }

  async function put<Row>(
    request: FastifyRequest,
    kind: string,
    { rows, lines, isArray, places, problems }: LinedRows<Row>,
    check: (rows: readonly Row[], lines: readonly number[]) => readonly Problem[],
    command: () => Outcome,
  ) {
    office.mustKeep();
    // `0.status` of the rows becomes `status`: the line says which row. In an array many may stand on one.
    const shown = (list: readonly Problem[]) => list.map(isArray ? (one) => atPlace(one, places) : withoutIndex);
    if (problems.length > 0) throw new Refusal(422, together(problems, shown(check(rows, lines))));
    const outcome = command();
    if ('problems' in outcome) throw new Refusal(422, shown(outcome.problems));
    await office.keep(request, `import.${kind}`, rows.length, outcome);
    return { rows: rows.length };
  }

  async function putRules(request: FastifyRequest, kind: string, { rules, lineOf, problems }: ReadRules) {
    office.mustKeep();
    const person = office.person(request);
    const note = `import of ${kind}`;
    const placed = (list: readonly Problem[]) => list.map((one) => withLine(one, lineOf(one.path ?? '')));
    if (problems.length > 0) {
      const checked = rules === undefined ? undefined : account.rules.check(rules, person, note);
      const found = checked !== undefined && 'problems' in checked ? checked.problems : [];
      throw new Refusal(422, together(problems, placed(found)));
    }
    const outcome = account.rules.edit(rules, person, note, office.nowMs());
    if ('problems' in outcome) throw new Refusal(422, placed(outcome.problems));
    const { version } = await office.keep(request, `import.${kind}`, outcome.version, outcome);
    return { version };
  }

  async function* everything(): AsyncGenerator<string> {
    for (const table of tableNames) {
      for await (const row of store.exportRows(table)) yield `${JSON.stringify({ table, row })}\n`;
    }
  }
}

async function* jsonLines(rows: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}

function give(reply: FastifyReply, name: string, type: string, content: Readable): void {
  reply.type(type).header('content-disposition', `attachment; filename="${name}"`).send(content);
}

function formOf(request: FastifyRequest): FileForm {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (type === 'text/csv') return 'csv';
  if (/^(application|text)\/((x-)?ndjson|jsonl|json|yaml|x-yaml)$/.test(type)) return 'json';
  throw new Refusal(422, [{ path: 'content-type', message: 'Say what it is: text/csv or application/json.' }]);
}

/** What reading and checking found, by line; of what could not be read checking knows nothing more. */
function together(read: readonly Problem[], checked: readonly Problem[]): readonly Problem[] {
  const placeOf = ({ line, path }: Problem) => `${line} ${path?.replace(/^rules\.\d+\./, '')}`;
  const told = new Set(read.map(placeOf));
  const all = [...read, ...checked.filter((problem) => !told.has(placeOf(problem)))];
  return all.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function withoutIndex({ path, ...problem }: Problem): Problem {
  const column = path?.replace(/^\d+\.?/, '');
  return column === undefined || column === '' ? problem : { ...problem, path: column };
}

function atPlace(problem: Problem, places: readonly number[] | undefined): Problem {
  if (problem.path === undefined || places === undefined) return problem;
  return { ...problem, path: problem.path.replace(/^\d+/, (index) => String(places[Number(index)])) };
}

function withLine(problem: Problem, line: number | undefined): Problem {
  return line === undefined ? problem : { ...problem, line };
}
