/** The OpenAPI document as text, from the routes themselves: `docs/openapi.json`. */
import { fastify } from 'fastify';
import { rulesSchema } from '../../engine/rules.js';
import { MemoryAccountStore } from '../../store/memory-account-store.js';
import { AccountService } from '../account-service.js';
import { addStaff } from './add-staff.js';

/** No account is needed for it: an empty one stands in. */
export async function openApiText(): Promise<string> {
  const settings = { menu: [], groups: {}, desk: { people: [], limit: 1, claim: 1 } };
  const setup = { answers: rulesSchema.parse({}), settings, seed: 1, day: { midnightMs: 0, speed: 1 } };
  const service = await AccountService.open({ store: new MemoryAccountStore(), setup, nowMs: () => 0 });
  const app = fastify();
  const staffToken = 'only for this moment';
  app.register(async (scope) => addStaff(scope, { service, staffToken }));
  const headers = { authorization: `Bearer ${staffToken}` };
  const { body } = await app.inject({ url: '/api/v1/openapi.json', headers });
  await app.close();
  await service.close();
  return `${JSON.stringify(JSON.parse(body), null, 2)}\n`;
}
