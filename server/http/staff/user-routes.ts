/** Fans, their groups, and what they wrote. */
import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import type { ReplyRecord, UserRecord } from '../../engine/record.js';
import { forward, gives, newestFirst, type Office, pageFrom, pageOf, type StaffScope } from './office.js';
import { Refusal } from './refusal.js';
import { exchangeShape, messageShape, userShape } from './shapes.js';

const byOpenid = z.object({ openid: z.string().min(1).max(200) });
const text = z.string().min(1).max(500);
const isWhole = z.boolean().describe('False: some that came in the last moments are not searched yet.');
/** Fans looked at before others have their turn. */
const TURN = 20_000;
/** Group sizes are counted at most this often. */
const COUNT_EVERY_MS = 10_000;

export function addUsers(scope: StaffScope, office: Office): void {
  const { account, store } = office;

  scope.get(
    '/users',
    {
      schema: {
        tags: ['users'],
        operationId: 'listUsers',
        summary: 'Fans as first seen; with `text` those found, who was stored last first',
        querystring: z.strictObject({
          text: text.optional().describe('Words of openid, name and tags.'),
          group: z.string().optional(),
          ...forward,
        }),
        response: gives(pageOf(userShape).extend({ isWhole: isWhole.optional() })),
      },
    },
    async ({ query }) => {
      const { text, group, after, limit } = query;
      if (group !== undefined) mustBeGroup(group);
      const nowMs = office.nowMs();
      const fits = (user: UserRecord) => group === undefined || account.users.groupsOf(user, nowMs).includes(group);
      if (text === undefined) return pageFrom(account.users.rows(), { after, limit }, fits);
      const page = await store.searchUsers({ text, before: after, limit });
      // The store may be a moment behind what is in memory.
      const rows = page.rows.map((user) => account.users.get(user.openid) ?? user).filter(fits);
      return { rows, next: page.next, isWhole: page.isWhole };
    },
  );

  scope.get(
    '/users/:openid',
    {
      schema: {
        tags: ['users'],
        operationId: 'getUser',
        summary: 'One fan, with groups',
        params: byOpenid,
        response: gives(userShape.extend({ groups: z.array(z.string()).readonly() })),
      },
    },
    ({ params }) => withGroups(mustKnow(params.openid)),
  );

  scope.patch(
    '/users/:openid',
    {
      schema: {
        tags: ['users'],
        operationId: 'editUser',
        summary: 'Change name, grade or tags of a fan; null takes name or grade away',
        params: byOpenid,
        body: z.strictObject({
          name: z.string().nullable().optional(),
          grade: z.string().nullable().optional(),
          tags: z.array(z.string()).optional(),
        }),
        response: gives(userShape.extend({ groups: z.array(z.string()).readonly() })),
      },
    },
    async (request) => {
      const { openid } = request.params;
      mustKnow(openid);
      office.person(request);
      office.mustKeep();
      const { name, grade, tags } = request.body;
      const edit = {
        ...(name === undefined ? {} : { name: name ?? undefined }),
        ...(grade === undefined ? {} : { grade: grade ?? undefined }),
        ...(tags === undefined ? {} : { tags }),
      };
      const { row } = await office.keep(request, 'user.edit', openid, account.users.edit(openid, edit));
      return withGroups(row);
    },
  );

  scope.get(
    '/users/:openid/thread',
    {
      schema: {
        tags: ['messages'],
        operationId: 'getThread',
        summary: 'What a fan wrote and was shown, newest first',
        params: byOpenid,
        querystring: z.strictObject(newestFirst),
        response: gives(pageOf(exchangeShape)),
      },
    },
    async ({ params, query }) => {
      const { rows, next } = await store.thread(params.openid, query);
      const sends = account.sending.ofFan(params.openid);
      const sendingOf = ({ messageSeq, text }: ReplyRecord) =>
        sends.find((send) => send.messageSeq === messageSeq && send.text === text)?.state;
      const shown = rows.map(({ message, replies }) => ({
        message,
        replies: replies.map((reply) => ({ ...reply, sending: sendingOf(reply) })),
      }));
      return { rows: shown, next };
    },
  );

  let counted: { readonly atMs: number; readonly counts: Promise<ReadonlyMap<string, number>> } | undefined;
  scope.get(
    '/groups',
    {
      schema: {
        tags: ['users'],
        operationId: 'listGroups',
        summary: 'Groups of fans and how many are in each, counted at most every ten seconds',
        response: gives(z.object({ rows: z.array(z.object({ name: z.string(), fans: z.int() })) })),
      },
    },
    async () => {
      const nowMs = office.nowMs();
      if (counted === undefined || nowMs - counted.atMs >= COUNT_EVERY_MS) {
        counted = { atMs: nowMs, counts: countGroups(nowMs) };
      }
      const counts = await counted.counts;
      return { rows: account.users.groups.map((name) => ({ name, fans: counts.get(name) ?? 0 })) };
    },
  );

  scope.get(
    '/groups/:name/members',
    {
      schema: {
        tags: ['users'],
        operationId: 'listMembers',
        summary: 'Fans of a group; a page may be short, or empty, while `next` says that there is more',
        params: z.object({ name: z.string() }),
        querystring: z.strictObject(forward),
        response: gives(pageOf(userShape)),
      },
    },
    ({ params: { name }, query }) => {
      mustBeGroup(name);
      const nowMs = office.nowMs();
      return pageFrom(account.users.rows(), query, (user) => account.users.groupsOf(user, nowMs).includes(name));
    },
  );

  scope.get(
    '/messages',
    {
      schema: {
        tags: ['messages'],
        operationId: 'listMessages',
        summary: 'Messages in the order they came',
        querystring: z.strictObject({
          fromMs: z.coerce.number().optional().describe('Came at or after.'),
          toMs: z.coerce.number().optional().describe('Came before.'),
          kind: z.string().optional(),
          state: z.enum(['taken', 'shed', 'expired']).optional(),
          ...forward,
        }),
        response: gives(pageOf(messageShape)),
      },
    },
    async ({ query }) => {
      const { rows, next } = await store.messagesWith(query);
      return { rows: [...rows], next };
    },
  );

  scope.get(
    '/messages/search',
    {
      schema: {
        tags: ['messages'],
        operationId: 'searchMessages',
        summary: 'Messages in which all words stand, newest first; "words in quotes" stand together',
        querystring: z.strictObject({ text, ...newestFirst }),
        response: gives(pageOf(exchangeShape).extend({ isWhole })),
      },
    },
    async ({ query }) => {
      const { rows, next, isWhole } = await store.search(query);
      return { rows: [...rows], next, isWhole };
    },
  );

  function mustKnow(openid: string): UserRecord {
    const user = account.users.get(openid);
    if (user === undefined) throw new Refusal(404, `No fan "${openid}" is known.`);
    return user;
  }

  function mustBeGroup(name: string): void {
    if (!account.users.groups.includes(name)) throw new Refusal(404, `No group is called "${name}".`);
  }

  function withGroups(user: UserRecord) {
    return { ...user, groups: account.users.groupsOf(user, office.nowMs()) };
  }

  /** A million fans are looked at in pieces: the account goes on answering meanwhile. */
  async function countGroups(nowMs: number): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    if (account.users.groups.length === 0) return counts;
    let looked = 0;
    for (const user of account.users.rows()) {
      for (const name of account.users.groupsOf(user, nowMs)) counts.set(name, (counts.get(name) ?? 0) + 1);
      looked += 1;
      if (looked % TURN === 0) await turn();
    }
    return counts;
  }
}
