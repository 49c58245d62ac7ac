/**
 * The staff's side of an account, under `/api/v1`: what a console or a CRM needs. For whoever has the staff token; every
 * change is made in a person's name and kept with it.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import {
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { z } from 'zod';
import { every } from '../../../core/clock.js';
import { ExitCode } from '../../../core/exit-code.js';
import { UserError } from '../../../core/problem.js';
import { randomStream } from '../../../core/random.js';
import type { AccountService } from '../account-service.js';
import { addBooks } from './book-routes.js';
import { addConsole } from './console-pages.js';
import { addCorrections } from './correction-routes.js';
import { EventFeed } from './event-feed.js';
import { addEvents, type StreamLimits, streamLimits } from './event-stream.js';
import { addInbox } from './inbox-routes.js';
import { withPerson } from './named-person.js';
import { Office } from './office.js';
import { Refusal, refuse } from './refusal.js';
import { addRules } from './rule-routes.js';
import { type StaffAccess, staffProblems } from './staff-problems.js';
import { addTransfers } from './transfer-routes.js';
import { addUsers } from './user-routes.js';
import { Webhook, type WebhookLimits } from './webhook.js';

export interface StaffOptions extends StaffAccess {
  readonly service: AccountService;
  /** Times between a webhook's attempts follow from it; default 1. */
  readonly seed?: number;
  readonly streams?: Partial<StreamLimits>;
  readonly webhookLimits?: WebhookLimits;
}

const BODY_LIMIT_BYTES = 65_536;
/** The latest events, for those who were away for a moment. */
const EVENTS_KEPT = 20_000;
/** What people held too long goes back to the inbox. */
const GIVE_BACK_EVERY_MS = 2_000;

/** Throws a `UserError` with all problems. To be registered in a scope of its own. */
export async function addStaff(scope: FastifyInstance, options: StaffOptions): Promise<void> {
  const { service, staffToken, webhooks: settings = [], seed = 1 } = options;
  const problems = staffProblems(options);
  if (problems.length > 0) throw new UserError(ExitCode.usage, problems);
  const office = new Office(service);
  const feed = new EventFeed(service.nowMs(), EVENTS_KEPT);
  const draws = randomStream(seed, 'webhook');
  const webhooks = settings.map((one) => new Webhook(one, () => draws.uniform(), options.webhookLimits));
  const stops = [
    service.listen((event) => feed.put(event)),
    ...webhooks.map((webhook) => feed.listen((event) => webhook.put(event))),
    every(GIVE_BACK_EVERY_MS, () => giveBack(service)),
  ];

  await scope.register(async (pages) => addConsole(pages));
  scope.setValidatorCompiler(validatorCompiler);
  scope.setSerializerCompiler(serializerCompiler);
  await scope.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'peakday staff API',
        version: '1',
        description:
          'An account’s fans, messages, inbox, rules and corrections. Bearer token; changes name their person in `X-Person` (percent-encoded). Every refusal has the same body: `problems`, all at once.',
      },
      servers: [{ url: '/' }],
      components: { securitySchemes: { staff: { type: 'http', scheme: 'bearer' } } },
      security: [{ staff: [] }],
    },
    transform: withPerson,
    transformObject: jsonSchemaTransformObject,
  });
  await scope.register(
    async (plain) => {
      const api = plain.withTypeProvider<ZodTypeProvider>();
      const expected = digest(`Bearer ${staffToken}`);
      api.setErrorHandler(refuse);
      api.addHook('onRequest', (request, reply, done) => {
        reply.header('cache-control', 'no-store');
        // Digests have one length, whatever was sent: the comparison tells nothing.
        const isStaff = timingSafeEqual(digest(request.headers.authorization ?? ''), expected);
        done(isStaff ? undefined : new Refusal(401, 'The staff token does not fit.'));
      });
      api.addHook('onRoute', (route) => {
        route.bodyLimit ??= BODY_LIMIT_BYTES;
      });
      api.setNotFoundHandler((request) => {
        throw new Refusal(404, `There is no ${request.method} ${request.url.split('?')[0]}.`);
      });
      addUsers(api, office);
      addInbox(api, office);
      addRules(api, office);
      addCorrections(api, office);
      addBooks(api, office, () => webhooks.map(({ standing }) => standing));
      addTransfers(api, office);
      const endStreams = addEvents(api, office, feed, { ...streamLimits, ...options.streams });
      api.get(
        '/openapi.json',
        { schema: { hide: true, response: { 200: z.looseObject({}) } } },
        () => scope.swagger() as unknown as Record<string, unknown>,
      );
      scope.addHook('preClose', async () => {
        for (const stop of stops) stop();
        endStreams();
        await Promise.all(webhooks.map((webhook) => webhook.close()));
      });
    },
    { prefix: '/api/v1' },
  );
}

function giveBack(service: AccountService): void {
  if (service.trouble !== undefined || service.store.isFull) return;
  // What the store rejects stands in `trouble`.
  service.keep(service.account.desk.giveBack(service.nowMs()).changes).catch(() => undefined);
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
