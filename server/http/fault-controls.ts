/** Starts, shows and clears faults over HTTP, for whoever has the control token. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../core/clock.js';
import type { FaultSpec } from '../engine/fault.js';
import type { FaultPlan } from '../engine/fault-plan.js';
import { faultProblems } from './fault-words.js';
import type { MessageFlow } from './message-flow.js';

const BODY_LIMIT_BYTES = 16_384;
const LONGEST_S = 366 * 86_400;

export interface FaultControlParts {
  readonly controlToken: string;
  readonly clock: Clock;
  readonly faults: FaultPlan;
  readonly flow: MessageFlow;
}

const reach = {
  name: { type: 'string', minLength: 1, maxLength: 60 },
  for: { type: 'number', exclusiveMinimum: 0, maximum: LONGEST_S },
  share: { type: 'number', minimum: 0, maximum: 1 },
  fans: { type: 'integer', minimum: 1, maximum: 10_000_000 },
};

function faultShape(
  action: string,
  own: Readonly<Record<string, object>>,
  optional: Readonly<Record<string, object>> = {},
) {
  return {
    properties: { do: { const: action }, ...own, ...optional, ...reach },
    required: ['do', 'for', ...Object.keys(own)],
    not: { required: ['share', 'fans'] },
    additionalProperties: false,
  };
}

/** Durations are seconds, `share` is 0..1. */
const faultForms = {
  'wrong-reply': faultShape(
    'wrong-reply',
    { text: { type: 'string', minLength: 1, maxLength: 10_000 } },
    { taps: { type: 'boolean' } },
  ),
  slow: faultShape('slow', { by: { type: 'number', minimum: 0, maximum: LONGEST_S } }),
  stall: faultShape('stall', {}),
  status: faultShape('status', { code: { type: 'integer', minimum: 400, maximum: 599 } }),
  reset: faultShape('reset', {}),
};

const faultBody = {
  type: 'object',
  required: ['do'],
  discriminator: { propertyName: 'do' },
  oneOf: Object.values(faultForms),
};

/** To be registered in a scope of its own: it has the bodies' and the errors' form, and the guard, for itself. */
export function addFaultControls(
  scope: FastifyInstance,
  { controlToken, clock, faults, flow }: FaultControlParts,
): void {
  const expected = digest(`Bearer ${controlToken}`);
  scope.addHook('onRequest', (request, reply, done) => {
    // Digests have one length, whatever was sent: the comparison tells nothing.
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return done();
    reply.code(401).header('www-authenticate', 'Bearer').send({ error: 'the control token does not fit' });
  });
  scope.get('/control/faults', () => ({ faults: faults.status(clock.nowUs()) }));
  scope.post<{ Body: FaultSpec }>(
    '/control/faults',
    { schema: { body: faultBody }, attachValidation: true, bodyLimit: BODY_LIMIT_BYTES },
    (request, reply) => {
      const { validationError } = request;
      if (validationError !== undefined) {
        const problems = faultProblems(request.body, faultForms);
        return reply.code(400).send({ error: problems.length > 0 ? problems.join('; ') : validationError.message });
      }
      try {
        return reply.code(201).send(faults.start(request.body, clock.nowUs()));
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return reply.code(409).send({ error: error.message });
      }
    },
  );
  scope.delete('/control/faults', (_request, reply) => {
    flow.clearFaults();
    return reply.code(200).send({ faults: faults.status(clock.nowUs()) });
  });
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
