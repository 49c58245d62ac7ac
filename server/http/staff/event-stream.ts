/** Server-sent events: changes as they are kept, and every second how the account stands. */
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { every, monotonicClock } from '../../../core/clock.js';
import { tableNames } from '../../store/table-layout.js';
import { standingOf } from './book-routes.js';
import type { EventFeed, StaffEvent } from './event-feed.js';
import type { Office, StaffScope } from './office.js';
import { Refusal, refusalSchema } from './refusal.js';

export interface StreamLimits {
  readonly clients: number;
  /** What a client has not taken yet; beyond it the connection is cut. */
  readonly unreadBytes: number;
  readonly heartbeatMs: number;
  readonly standingMs: number;
}

export const streamLimits: StreamLimits = {
  clients: 200,
  unreadBytes: 1024 * 1024,
  heartbeatMs: 15_000,
  standingMs: 1_000,
};

/** Trouble that comes and goes is not told more often. */
const NEWS_APART_US = 100_000;
/** The browser tries again after this. */
const RETRY_MS = 2_000;

const typeList = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(tableNames as [(typeof tableNames)[number]])));

/** Gives what ends all streams. */
export function addEvents(scope: StaffScope, office: Office, feed: EventFeed, limits: StreamLimits): () => void {
  const open = new Set<ServerResponse>();
  const { service } = office;

  const send = (raw: ServerResponse, text: string): void => {
    raw.write(text);
    if (raw.writableLength > limits.unreadBytes) raw.destroy();
  };

  scope.get(
    '/events',
    {
      schema: {
        tags: ['events'],
        operationId: 'followEvents',
        summary: 'Server-sent events: each change once it is kept, `event:` the kind of row, `data:` {id, atMs, row}',
        description:
          'With `Last-Event-ID` what was missed comes first; if that is no longer known, an event `reset` says so: look at everything anew. With `standing=1` an event `standing` comes every second, and at once when nothing can be stored or no text can be sent any more, and when it is over. A client that reads too slowly is cut off.',
        headers: z.looseObject({ 'last-event-id': z.string().max(60).optional() }),
        querystring: z.strictObject({
          types: typeList
            .optional()
            .describe(`Kinds of rows, with commas between, of ${tableNames.join(', ')}; default: all.`),
          standing: z.enum(['0', '1']).optional(),
        }),
        response: {
          200: { description: 'A stream without end.', content: { 'text/event-stream': { schema: z.string() } } },
          '4xx': refusalSchema,
          '5xx': refusalSchema,
        },
      },
    },
    (request, reply) => {
      if (open.size >= limits.clients) throw new Refusal(503, `${limits.clients} follow already.`);
      const types = request.query.types && new Set<string>(request.query.types);
      const isWanted = ({ type }: StaffEvent) => types === undefined || types.has(type);
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      open.add(raw);
      send(raw, `retry: ${RETRY_MS}\n\n`);
      const { 'last-event-id': last } = request.headers;
      if (last !== undefined && last !== '') {
        const missed = feed.since(last);
        if (missed === undefined) send(raw, 'event: reset\ndata: {}\n\n');
        for (const event of missed ?? []) if (isWanted(event)) send(raw, written(event));
      }
      const stops = [
        feed.listen((event) => {
          if (isWanted(event)) send(raw, written(event));
        }),
        every(limits.heartbeatMs, () => send(raw, ':\n\n')),
      ];
      if (request.query.standing === '1') {
        let toldUs = Number.NEGATIVE_INFINITY;
        const tell = () => {
          toldUs = monotonicClock.nowUs();
          const standing = standingOf({ account: service.account, service, nowMs: office.nowMs() });
          send(raw, `event: standing\ndata: ${JSON.stringify(standing)}\n\n`);
        };
        tell();
        const tellNews = () => {
          if (monotonicClock.nowUs() - toldUs >= NEWS_APART_US) tell();
        };
        stops.push(every(limits.standingMs, tell), service.listenToTrouble(tellNews));
      }
      raw.on('close', () => {
        open.delete(raw);
        for (const stop of stops) stop();
      });
    },
  );

  return () => {
    for (const raw of open) raw.end();
  };
}

function written({ id, type, atMs, row }: StaffEvent): string {
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ id, atMs, row })}\n\n`;
}
