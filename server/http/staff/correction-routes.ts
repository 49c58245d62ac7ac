/** Corrections: who got a wrong reply, what they are sent instead, and how far that is. */
import { z } from 'zod';
import { type CorrectionQuery, queryProblems, WrongReplies } from '../../engine/correction.js';
import type { CorrectionStanding, CorrectionText } from '../../engine/corrections.js';
import type { CorrectionFanRecord, MessageRecord, ReplyRecord } from '../../engine/record.js';
import { sendTroubleShown } from './book-routes.js';
import { forward, gives, type Office, pageFrom, pageOf, type StaffScope } from './office.js';
import { Refusal } from './refusal.js';
import { scanReplies, tellTexts } from './reply-scan.js';
import {
  correctionFanShape,
  correctionShape,
  previewShape,
  queryShape,
  sendShape,
  sendTroubleShape,
  textsShape,
} from './shapes.js';
import { whyCodeOf } from './why-code.js';

const byId = z.object({ id: z.coerce.number().int().min(1) });
const SAMPLE = 20;
/** What the platform's own console keeps, where the account has no inbox of its own. */
const PLATFORM_INBOX = 40_000;

const rightText = z
  .string()
  .describe('What they are sent; `{answer}` in it stands for what is answered now to all that the fan asked.');

interface Found extends Required<Omit<CorrectionText, 'text'>> {
  readonly replies: Iterable<ReplyRecord>;
  /** By openid, when a person last answered anything; undefined: not in the span or since. */
  readonly byHandMs: (openid: string) => number | undefined;
}

export function addCorrections(scope: StaffScope, office: Office): void {
  const { account, store } = office;
  const { corrections, sending } = account;
  const tags = ['corrections'];

  scope.get(
    '/replies/texts',
    {
      schema: {
        tags,
        operationId: 'listReplyTexts',
        summary:
          'Texts shown in a span: those first that the most different rules gave, which a right text hardly does',
        querystring: z.strictObject({
          fromMs: z.coerce.number(),
          toMs: z.coerce.number(),
          rule: z.string().optional(),
          limit: z.coerce.number().int().min(1).max(100).prefault(20),
        }),
        response: gives(textsShape),
      },
    },
    ({ query }) => tellTexts(store, query, query.limit),
  );

  scope.post(
    '/corrections/preview',
    {
      schema: {
        tags,
        operationId: 'previewCorrection',
        summary: 'Whom a correction would reach, whom not and why; changes nothing',
        body: z.strictObject({ query: queryShape, text: rightText.optional() }),
        response: gives(previewShape),
      },
    },
    async ({ body }) => {
      const query = body.query as CorrectionQuery;
      const { text = '' } = body;
      const { replies, byHandMs, ...found } = await wrongReplies(query);
      const inboxSize = account.settings.inbox?.size ?? PLATFORM_INBOX;
      const oldest = await store.oldestOfLatest(inboxSize);
      const preview = corrections.preview(query, replies, office.nowMs(), { text, ...found });
      if ('problems' in preview) throw new Refusal(422, preview.problems);
      const { reachable, unreachable, corrected } = preview;
      const all = [...reachable, ...unreachable];
      const why = new Map<string, number>();
      for (const row of unreachable) why.set(row.why, (why.get(row.why) ?? 0) + 1);
      const sinceByHand = ({ openid, atMs }: ReplyRecord) => {
        const lastMs = byHandMs(openid);
        return lastMs !== undefined && lastMs >= atMs ? lastMs : undefined;
      };
      return {
        reachable: reachable.length,
        unreachable: unreachable.length,
        why: [...why].map(([why, fans]) => ({ why, whyCode: whyCodeOf(why), fans })).sort((a, b) => b.fans - a.fans),
        corrected: corrected.length,
        several: all.filter(({ wrong }) => wrong > 1).length,
        unanswered: reachable.reduce((sum, { unanswered }) => sum + unanswered, 0),
        byHand: reachable.filter(({ reply }) => sinceByHand(reply) !== undefined).length,
        pushedOut: all.filter(({ reply }) => reply.messageSeq < oldest).length,
        inboxSize,
        sample: all.slice(0, SAMPLE).map(({ reply, wrong, ...told }) => ({
          openid: reply.openid,
          name: account.users.get(reply.openid)?.name,
          text: reply.text ?? '',
          rule: reply.rule,
          version: reply.version,
          atMs: reply.atMs,
          wrong,
          right: ('text' in told && told.text) || undefined,
          unanswered: 'text' in told ? told.unanswered : undefined,
          ...withCode('why' in told ? told.why : undefined),
          byHandMs: sinceByHand(reply),
        })),
      };
    },
  );

  scope.get(
    '/corrections',
    {
      schema: {
        tags,
        operationId: 'listCorrections',
        summary: 'Corrections and how far each is, newest first',
        response: gives(z.object({ rows: z.array(correctionShape) })),
      },
    },
    () => ({ rows: [...corrections.list()].reverse().map(shown) }),
  );

  scope.post(
    '/corrections',
    {
      schema: {
        tags,
        operationId: 'startCorrection',
        summary:
          'Send the right text to everyone the preview counts as reachable; nobody gets it twice for one wrong reply',
        body: z.strictObject({ query: queryShape, text: rightText }),
        response: gives(correctionShape),
      },
    },
    async (request) => {
      const person = office.person(request);
      return start(request, request.body.query as CorrectionQuery, request.body.text, person);
    },
  );

  scope.get(
    '/corrections/:id',
    {
      schema: {
        tags,
        operationId: 'getCorrection',
        summary: 'One correction',
        params: byId,
        response: gives(correctionShape),
      },
    },
    ({ params }) => shown(mustBe(params.id)),
  );

  scope.get(
    '/corrections/:id/fans',
    {
      schema: {
        tags,
        operationId: 'listCorrectionFans',
        summary: 'The fans of a correction, with state and why',
        params: byId,
        querystring: z.strictObject({
          state: z.enum(['waiting', 'sent', 'failed', 'unreachable', 'unknown']).optional(),
          ...forward,
        }),
        response: gives(pageOf(correctionFanShape)),
      },
    },
    ({ params, query }) => {
      mustBe(params.id);
      const { state } = query;
      const fits = (fan: CorrectionFanRecord) => state === undefined || fan.state === state;
      const { rows, next } = pageFrom(corrections.fans(params.id), query, fits, 200_000);
      return { rows: rows.map((fan) => ({ ...fan, ...withCode(fan.why) })), next };
    },
  );

  scope.post(
    '/corrections/:id/stop',
    {
      schema: {
        tags,
        operationId: 'stopCorrection',
        summary: 'What is not being sent yet will not be',
        params: byId,
        response: gives(correctionShape),
      },
    },
    async (request) => {
      const { id } = request.params;
      office.person(request);
      mustBe(id);
      office.mustKeep();
      await office.keep(request, 'correction.stop', id, corrections.stop(id, office.nowMs()));
      return shown(mustBe(id));
    },
  );

  scope.post(
    '/corrections/:id/resume',
    {
      schema: {
        tags,
        operationId: 'resumeCorrection',
        summary: 'The same query and text again, as a new correction: to those who have it not yet',
        params: byId,
        response: gives(correctionShape),
      },
    },
    async (request) => {
      const person = office.person(request);
      const { row } = mustBe(request.params.id);
      if (row.state === 'running') throw new Refusal(409, `Correction ${row.id} is running.`);
      return start(request, JSON.parse(row.query), row.text, person);
    },
  );

  scope.get(
    '/sending',
    {
      schema: {
        tags,
        operationId: 'getSending',
        summary: 'Texts on their way, and those of which nobody knows whether they went out',
        response: gives(
          z.object({
            size: z.int(),
            unknown: z.array(sendShape),
            unknownCount: z.int(),
            ...sendTroubleShape,
          }),
        ),
      },
    },
    () => {
      const unknown = sending.unknown();
      return {
        size: sending.size,
        unknown: unknown.slice(0, 1_000).map((row) => ({ ...row, ...withCode(row.why) })),
        unknownCount: unknown.length,
        ...sendTroubleShown(office.service),
      };
    },
  );

  scope.post(
    '/sending/:id/decide',
    {
      schema: {
        tags,
        operationId: 'decideSend',
        summary: 'What a person found out about such a text; `waiting` sends it again',
        params: byId,
        body: z.strictObject({ state: z.enum(['sent', 'waiting', 'failed']) }),
        response: gives(z.object({ id: z.int(), state: z.enum(['sent', 'waiting', 'failed']) })),
      },
    },
    async (request) => {
      const { id } = request.params;
      const { state } = request.body;
      office.person(request);
      if (sending.get(id) === undefined) throw new Refusal(404, `No text ${id} is on its way.`);
      office.mustKeep();
      await office.keep(request, 'send.decide', id, sending.decide(id, state, office.nowMs()));
      return { id, state };
    },
  );

  async function start(request: Parameters<Office['keep']>[0], query: CorrectionQuery, text: string, person: string) {
    const { replies, messageOf, isAnsweredByHand } = await wrongReplies(query);
    office.mustKeep();
    const right = { text, messageOf, isAnsweredByHand };
    const outcome = corrections.start(query, right, person, replies, office.nowMs());
    const about = 'row' in outcome ? outcome.row.id : '';
    const { row } = await office.keep(request, 'correction.start', about, outcome);
    return shown(mustBe(row.id));
  }

  /** Wrong replies and what they replied to; nothing if the query itself is wrong, which the engine says. */
  async function wrongReplies(query: CorrectionQuery): Promise<Found> {
    const messages = new Map<number, MessageRecord>();
    const answeredSeqs = new Set<number>();
    const byHandMs = new Map<string, number>();
    const found = {
      messageOf: (seq: number) => messages.get(seq),
      isAnsweredByHand: (seq: number) => answeredSeqs.has(seq),
      byHandMs: (openid: string) => byHandMs.get(openid),
    };
    if (queryProblems(query).length > 0) return { replies: [], ...found };
    const wrong = new WrongReplies(query);
    const { fromMs, toMs, rule, version, contains } = query;
    const isWhole = await scanReplies(store, { fromMs, toMs, rule, version, contains }, (reply, message) => {
      if (wrong.add(reply) && message !== undefined) messages.set(message.seq, message);
    });
    const since = { fromMs, toMs: office.nowMs() + 1, rule: 'desk' };
    const isWholeByHand = await scanReplies(store, since, ({ openid, messageSeq, atMs }) => {
      answeredSeqs.add(messageSeq);
      byHandMs.set(openid, atMs);
    });
    if (!(isWhole && isWholeByHand)) {
      throw new Refusal(422, [{ path: 'query.toMs', message: 'Too many replies; take a shorter span.' }]);
    }
    return { replies: wrong.replies(), ...found };
  }

  function mustBe(id: number): CorrectionStanding {
    const found = corrections.list().find(({ row }) => row.id === id);
    if (found === undefined) throw new Refusal(404, `There is no correction ${id}.`);
    return found;
  }

  function shown({ row, progress }: CorrectionStanding) {
    return { ...row, query: JSON.parse(row.query), progress };
  }
}

function withCode(why: string | undefined) {
  return { why, whyCode: whyCodeOf(why) };
}
