/** How the staff API says no: always the same body, all problems at once. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Problem } from '../../../core/problem.js';
import { StoreError } from '../../store/account-store.js';
import { issueInWords } from './issue-words.js';

const problemSchema = z
  .object({
    message: z.string().describe('What is wrong and what to write instead.'),
    path: z.string().optional().describe('Where in what was sent, dotted.'),
    line: z.int().optional().describe('Of an imported file, from 1.'),
  })
  .meta({ id: 'Problem' });

export const refusalSchema = z.object({ problems: z.array(problemSchema) }).meta({ id: 'Refusal' });

/** More of one request are not told: who has a thousand to mend looks again. */
const MOST_PROBLEMS = 1_000;

export class Refusal extends Error {
  readonly status: number;
  readonly problems: readonly Problem[];

  constructor(status: 400 | 401 | 403 | 404 | 409 | 422 | 503, problems: readonly Problem[] | string) {
    const list = typeof problems === 'string' ? [{ message: problems }] : problems;
    super(list[0]?.message ?? 'refused');
    this.status = status;
    this.problems = list;
  }
}

/** For a scope of its own: nothing that went wrong inside is told outside. */
export function refuse(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [status, problems] = refusalOf(error);
  const told = problems.slice(0, MOST_PROBLEMS);
  if (told.length < problems.length) told.push({ message: `And ${problems.length - told.length} more.` });
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status === 503) reply.header('retry-after', '5');
  // Whoever sent a body too large may still be sending it.
  if (status === 413) reply.header('connection', 'close');
  return reply
    .code(status)
    .serializer(JSON.stringify)
    .type('application/json; charset=utf-8')
    .send({ problems: told.map(({ message, path, line }) => ({ message, path, line })) });
}

function refusalOf(error: FastifyError): [status: number, problems: readonly Problem[]] {
  if (error instanceof Refusal) return [error.status, error.problems];
  if (hasZodFastifySchemaValidationErrors(error)) {
    return [
      422,
      error.validation.map((issue) => {
        return { path: issue.instancePath.slice(1).replaceAll('/', '.'), message: issueInWords(issue) };
      }),
    ];
  }
  if (error instanceof StoreError) return [503, [{ message: `The store cannot: ${error.message}.` }]];
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) return [status, [{ message: `${error.message.replace(/\.$/, '')}.` }]];
  return [500, [{ message: 'The server made a mistake; nothing else is known here.' }]];
}
