/** What the account knows beside fans: games and prizes, menu, orders, centres; and how it all stands. */
import { z } from 'zod';
import { menuJson } from '../../engine/menu.js';
import type { AccountService } from '../account-service.js';
import { forward, gives, type Office, pageFrom, pageOf, type StaffScope } from './office.js';
import { Refusal } from './refusal.js';
import { centreShape, gameShape, orderShape, standingShape, winnerShape } from './shapes.js';
import type { WebhookStanding } from './webhook.js';

const webhookShape = z
  .object({
    to: z.string().describe('Host and path; what follows `?` may be secret.'),
    waiting: z.int(),
    sent: z.int(),
    dead: z.int().describe('Given up after all attempts.'),
    dropped: z.int().describe('Not taken, as too many waited.'),
  })
  .meta({ id: 'Webhook' });

export function standingOf({ account, service, nowMs }: Pick<Office, 'account' | 'service'> & { nowMs: number }) {
  return {
    atMs: nowMs,
    desk: account.desk.standing(nowMs),
    sending: account.sending.size,
    unknown: account.sending.unknown().length,
    corrections: account.corrections.list().filter(({ row }) => row.state === 'running').length,
    rules: account.rules.version,
    users: account.users.size,
    trouble: service.trouble?.message,
    ...sendTroubleShown(service),
  };
}

export function sendTroubleShown({ sendTrouble }: Pick<AccountService, 'sendTrouble'>) {
  return {
    sendTrouble: sendTrouble?.why,
    sendTroubleCode: sendTrouble?.code,
    sendTroubleDetail: sendTrouble?.detail,
    sendTroubleSinceMs: sendTrouble?.sinceMs,
  };
}

export function addBooks(scope: StaffScope, office: Office, webhooks: () => readonly WebhookStanding[]): void {
  const { account, store, service } = office;
  const tags = ['account'];

  scope.get(
    '/standing',
    {
      schema: {
        tags,
        operationId: 'getStanding',
        summary: 'How the account stands',
        response: gives(
          standingShape.extend({
            counts: z.object({
              messages: z.int(),
              replies: z.int(),
              users: z.int(),
              databaseBytes: z.number(),
              unindexed: z.int(),
            }),
            webhooks: z.array(webhookShape),
          }),
        ),
      },
    },
    async () => ({
      ...standingOf({ account, service, nowMs: office.nowMs() }),
      counts: await store.counts(),
      webhooks: [...webhooks()],
    }),
  );

  scope.get(
    '/games',
    {
      schema: {
        tags,
        operationId: 'listGames',
        summary: 'Quiz, lottery and buying queue, as far as there are',
        response: gives(z.object({ rows: z.array(gameShape) })),
      },
    },
    () => ({ rows: [...account.games()] }),
  );

  scope.get(
    '/games/:name/winners',
    {
      schema: {
        tags,
        operationId: 'listWinners',
        summary: 'Who won, in order',
        params: z.object({ name: z.string() }),
        querystring: z.strictObject(forward),
        response: gives(pageOf(winnerShape)),
      },
    },
    ({ params: { name }, query }) => {
      if (!account.games().some((game) => game.name === name)) throw new Refusal(404, `No game is called "${name}".`);
      const { rows, next } = pageFrom(account.winners(name), query);
      return { rows: rows.map((row) => ({ ...row, name: account.users.get(row.openid)?.name })), next };
    },
  );

  scope.get(
    '/menu',
    {
      schema: {
        tags,
        operationId: 'getMenu',
        summary: 'The menu, as the platform’s menu/create takes it',
        response: gives(z.looseObject({ button: z.array(z.looseObject({})) })),
      },
    },
    () => JSON.parse(menuJson(account.settings.menu)),
  );

  scope.get(
    '/orders',
    {
      schema: {
        tags,
        operationId: 'listOrders',
        summary: 'Orders, in the order they became known',
        querystring: z.strictObject({ number: z.string().optional(), openid: z.string().optional(), ...forward }),
        response: gives(pageOf(orderShape)),
      },
    },
    ({ query }) => {
      const { number, openid } = query;
      if (number !== undefined) {
        const row = account.orders.get(number);
        return { rows: row === undefined ? [] : [row], next: undefined };
      }
      return pageFrom(account.orders.rows(), query, (row) => openid === undefined || row.openid === openid);
    },
  );

  scope.get(
    '/centres',
    {
      schema: {
        tags,
        operationId: 'listCentres',
        summary: 'Service centres',
        querystring: z.strictObject(forward),
        response: gives(pageOf(centreShape)),
      },
    },
    ({ query }) => pageFrom(account.centres.rows(), query),
  );
}
