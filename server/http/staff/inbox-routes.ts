/** The inbox: what waits for people, and what they do with it. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Outcome } from '../../engine/command.js';
import type { InboxRecord } from '../../engine/record.js';
import { bySeq, forward, gives, type Office, pageFrom, pageOf, type StaffScope } from './office.js';
import { Refusal } from './refusal.js';
import { deskShape, inboxShape, sendShape } from './shapes.js';

/** Pages of search looked through for messages that still wait, at most. */
const SEARCH_PAGES = 20;
const SEARCH_PAGE = 500;

const answerBody = z
  .strictObject({
    text: z.string().optional().describe('Written by hand.'),
    template: z.string().optional().describe('Or the name of a template.'),
  })
  .refine(
    ({ text, template }) => (text === undefined) !== (template === undefined),
    'Say text or template, one of them',
  );

export function addInbox(scope: StaffScope, office: Office): void {
  const { account, store } = office;
  const { desk } = account;
  const tags = ['inbox'];

  scope.get(
    '/inbox',
    {
      schema: {
        tags,
        operationId: 'listInbox',
        summary: 'What waits for a person, the oldest first; with `text` only what is found, newest first',
        querystring: z.strictObject({
          state: z.enum(['open', 'claimed']).optional(),
          person: z.string().optional().describe('Claimed by.'),
          openid: z.string().optional().describe('Of this fan.'),
          text: z.string().min(1).max(500).optional().describe('Words of the message.'),
          ...forward,
        }),
        response: gives(pageOf(inboxShape)),
      },
    },
    async ({ query }) => {
      const { state, person, openid, text, after, limit } = query;
      const fits = (row: InboxRecord) =>
        (state === undefined || row.state === state) &&
        (person === undefined || row.person === person) &&
        (openid === undefined || row.openid === openid);
      if (text !== undefined) return found(text, after, limit, fits);
      const { rows, next } = pageFrom(desk.inbox.rows(), { after, limit }, fits, 200_000);
      return { rows: await Promise.all(rows.map(shown)), next };
    },
  );

  scope.get(
    '/inbox/standing',
    {
      schema: {
        tags,
        operationId: 'getDesk',
        summary: 'How much waits, since when, and who has how much of it',
        response: gives(deskShape),
      },
    },
    () => desk.standing(office.nowMs()),
  );

  scope.get(
    '/inbox/:seq',
    {
      schema: {
        tags,
        operationId: 'getInboxMessage',
        summary: 'One message that waits',
        params: bySeq,
        response: gives(inboxShape),
      },
    },
    ({ params }) => shown(mustWait(params.seq)),
  );

  scope.post(
    '/inbox/next',
    {
      schema: {
        tags,
        operationId: 'nextForMe',
        summary: 'Claim the oldest open message; `item` is absent if nothing is open',
        response: gives(z.object({ item: inboxShape.optional() })),
      },
    },
    async (request) => {
      const person = office.person(request);
      office.mustKeep();
      const outcome = desk.next(person, office.nowMs());
      const about = 'row' in outcome ? (outcome.row?.messageSeq ?? '') : '';
      const { row } = await office.keep(request, 'inbox.claim', about, outcome);
      return { item: row && (await shown(row)) };
    },
  );

  scope.post(
    '/inbox/:seq/claim',
    {
      schema: {
        tags,
        operationId: 'claim',
        summary: 'Take a message',
        params: bySeq,
        response: gives(inboxShape),
      },
    },
    async (request) => {
      const { row } = await act(request, 'inbox.claim', request.params.seq, desk.claim.bind(desk));
      return shown(row);
    },
  );

  scope.post(
    '/inbox/:seq/assign',
    {
      schema: {
        tags,
        operationId: 'assign',
        summary: 'Give an open message, or one that one holds, to somebody at the desk',
        params: bySeq,
        body: z.strictObject({ person: z.string().min(1) }),
        response: gives(inboxShape),
      },
    },
    async (request) => {
      const to = request.body.person;
      const { row } = await act(request, 'inbox.assign', request.params.seq, (seq, person, nowMs) =>
        desk.assign(seq, person, to, nowMs),
      );
      return shown(row);
    },
  );

  scope.post(
    '/inbox/:seq/release',
    {
      schema: {
        tags,
        operationId: 'release',
        summary: 'Give a message back',
        params: bySeq,
        response: gives(inboxShape),
      },
    },
    async (request) => {
      await act(request, 'inbox.release', request.params.seq, desk.release.bind(desk));
      return shown(mustWait(request.params.seq));
    },
  );

  scope.post(
    '/inbox/:seq/close',
    {
      schema: {
        tags,
        operationId: 'close',
        summary: 'Be done with a message without an answer',
        params: bySeq,
        response: gives(z.object({ messageSeq: z.int(), state: z.literal('closed') })),
      },
    },
    async (request) => {
      await act(request, 'inbox.close', request.params.seq, desk.close.bind(desk));
      return { messageSeq: request.params.seq, state: 'closed' as const };
    },
  );

  scope.post(
    '/inbox/:seq/answer',
    {
      schema: {
        tags,
        operationId: 'answer',
        summary: 'Answer a message one holds: by a text, or a template by name',
        params: bySeq,
        body: answerBody,
        response: gives(z.object({ send: sendShape })),
      },
    },
    async (request) => {
      const { text, template } = request.body;
      const answer = template === undefined ? { text: text! } : { template };
      const { send } = await act(request, 'inbox.answer', request.params.seq, (seq, person, nowMs) =>
        desk.answer(seq, person, answer, nowMs),
      );
      return { send };
    },
  );

  function act<Result>(
    request: FastifyRequest,
    action: string,
    seq: number,
    command: (seq: number, person: string, nowMs: number) => Outcome<Result>,
  ) {
    const person = office.person(request);
    mustWait(seq);
    office.mustKeep();
    return office.keep(request, action, seq, command(seq, person, office.nowMs()));
  }

  function mustWait(seq: number): InboxRecord {
    const row = desk.inbox.get(seq);
    if (row === undefined) throw new Refusal(404, `Message ${seq} does not wait for anybody.`);
    return row;
  }

  async function shown(row: InboxRecord) {
    const { messageSeq, openid } = row;
    const { rows } = await store.messagesWith({ after: messageSeq - 1, limit: 1 });
    const message = rows[0]?.seq === messageSeq ? rows[0] : undefined;
    return {
      ...row,
      name: account.users.get(openid)?.name,
      kind: message?.kind ?? '',
      text: message?.text ?? '',
      ageMs: Math.max(0, office.nowMs() - row.arrivedMs),
    };
  }

  async function found(text: string, after: number | undefined, limit: number, fits: (row: InboxRecord) => boolean) {
    const rows: InboxRecord[] = [];
    let before = after;
    for (let pages = 0; pages < SEARCH_PAGES; pages += 1) {
      const page = await store.search({ text, before, limit: SEARCH_PAGE });
      for (const { message } of page.rows) {
        const row = desk.inbox.get(message.seq);
        if (row === undefined || !fits(row)) continue;
        rows.push(row);
        if (rows.length === limit) return { rows: await Promise.all(rows.map(shown)), next: message.seq };
      }
      before = page.next;
      if (before === undefined) break;
    }
    return { rows: await Promise.all(rows.map(shown)), next: before };
  }
}
