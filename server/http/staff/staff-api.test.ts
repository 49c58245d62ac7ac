/** The staff API over its routes; every response is held to the OpenAPI document. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { InjectOptions } from 'fastify';
import { beforeEach, describe, expect, it } from 'vitest';
import { FillingStore } from '../filling-store.js';
import { NOW_MS, type SampleStaff, STAFF_TOKEN, sampleStaff } from './staff-samples.js';

interface Operation {
  readonly operationId: string;
  readonly responses: Record<string, object>;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: object };
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
}

let staff: SampleStaff;
let document: Document;
let ajv: Ajv2020;

beforeEach(async () => {
  staff = await sampleStaff();
  document = (await raw('GET', '/openapi.json')).json();
  ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(document, 'api');
});

function raw(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, options: InjectOptions = {}) {
  const { headers, ...rest } = options;
  const authorization = `Bearer ${STAFF_TOKEN}`;
  return staff.app.inject({
    method,
    url: `/api/v1${path}`,
    headers: { authorization, 'x-person': 'Ann', ...headers },
    ...rest,
  });
}

/** The response, after its body was held to the document. */
async function call(method: Parameters<typeof raw>[0], path: string, body?: object, options: InjectOptions = {}) {
  const response = await raw(method, path, { ...(body === undefined ? {} : { payload: body }), ...options });
  const url = `/api/v1${path.split('?')[0]}`;
  const template = Object.keys(document.paths).find(
    (known) =>
      document.paths[known]![method.toLowerCase()] !== undefined &&
      new RegExp(`^${known.replace(/\{\w+\}/g, '[^/]+')}$`).test(url),
  );
  expect(template, `${method} ${url} is in the document`).toBeDefined();
  const { responses } = document.paths[template!]![method.toLowerCase()]!;
  const code = response.statusCode === 200 ? '200' : `${String(response.statusCode)[0]}XX`;
  expect(Object.keys(responses)).toContain(code);
  const pointer = ['paths', template!, method.toLowerCase(), 'responses', code, 'content', 'application/json', 'schema']
    .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  const check = ajv.compile({ $ref: `api#/${pointer}` });
  expect(check(response.json()), JSON.stringify(check.errors)).toBe(true);
  return { status: response.statusCode, body: response.json() };
}

describe('the guard', () => {
  it('lets in nobody without the token, and tells nothing', async () => {
    for (const authorization of ['', 'Bearer ', 'Bearer wrong', `Basic ${STAFF_TOKEN}`, `Bearer ${STAFF_TOKEN}x`]) {
      const response = await raw('GET', '/users', { headers: { authorization } });
      expect(response.statusCode).toBe(401);
      expect(response.headers['www-authenticate']).toBe('Bearer');
      expect(response.body).not.toContain(STAFF_TOKEN);
    }
    expect((await raw('GET', '/openapi.json', { headers: { authorization: '' } })).statusCode).toBe(401);
    expect((await raw('GET', '/nothing', { headers: { authorization: '' } })).statusCode).toBe(401);
    expect((await raw('GET', '/nothing')).statusCode).toBe(404);
  });

  it('changes nothing without a person', async () => {
    await staff.write('o1', 'hello');
    for (const [method, path, payload] of [
      ['PATCH', '/users/o1', { tags: ['vip'] }],
      ['POST', '/inbox/next', undefined],
      ['PUT', '/rules', { version: 1, rules: {} }],
      ['POST', '/corrections', { query: { fromMs: 0, toMs: 1, rule: 'price' }, text: 'x' }],
      ['POST', '/import/users', undefined],
    ] as const) {
      const response = await raw(method, path, { headers: { 'x-person': '' }, ...(payload && { payload }) });
      expect([path, response.statusCode]).toEqual([path, 403]);
    }
  });

  it('refuses bodies and pages beyond their limits, and what is no JSON', async () => {
    const large = await raw('PATCH', '/users/o1', { payload: { name: 'x'.repeat(70_000) } });
    expect(large.statusCode).toBe(413);
    expect((await call('GET', '/users?limit=1001')).status).toBe(422);
    const headers = { 'content-type': 'application/json' };
    expect((await raw('PATCH', '/users/o1', { headers, payload: '{"name":' })).statusCode).toBe(400);
    const two = await call('GET', '/messages?limit=0&state=x');
    expect(two.status).toBe(422);
    expect(two.body.problems.map(({ path }: { path: string }) => path).sort()).toEqual(['limit', 'state']);
  });

  it('says what is wrong in plain words', async () => {
    const seq = await staff.write('o1', '怎么办');
    await call('POST', `/inbox/${seq}/claim`);
    const said = async (...asked: Parameters<typeof call>) => {
      const { body, status } = await call(...asked);
      expect(status).toBe(422);
      return body.problems.map(({ path, message }: { path: string; message: string }) => `${path}: ${message}`);
    };
    expect(await said('GET', '/users?limit=abc')).toEqual(['limit: It must be a number.']);
    expect(await said('GET', '/users?limit=0&lmit=1')).toEqual([
      'limit: It must be at least 1.',
      ': There is no "lmit" here.',
    ]);
    const both = ': Say text or template, one of them.';
    expect(await said('POST', `/inbox/${seq}/answer`, {})).toEqual([both]);
    expect(await said('POST', `/inbox/${seq}/answer`, { text: 'x', template: 'sorry' })).toEqual([both]);
    expect(await said('POST', `/inbox/${seq}/assign`, {})).toEqual(['person: It is missing: a text.']);
    expect(await said('POST', `/inbox/${seq}/assign`, { person: 'Bob' })).toEqual([
      'person: Nobody at the desk is called "Bob"; there are Ann, 李娜.',
    ]);
    expect(await said('DELETE', '/templates/sorry?version=1')).toEqual([
      'name: The template "sorry" is used by the rule "help".',
    ]);
    const unencoded = Buffer.from('李娜').toString('latin1');
    const raised = await raw('POST', '/inbox/next', { headers: { 'x-person': unencoded } });
    expect([raised.statusCode, raised.json().problems[0].message]).toEqual([
      403,
      'X-Person is not percent-encoded; write %E6%9D%8E%E5%A8%9C.',
    ]);
  });
});

describe('fans', () => {
  it('are listed, found, and shown with groups and thread', async () => {
    await staff.write('o1', '价格?');
    await staff.write('o2', 'hello 花');
    const { body } = await call('GET', '/users?limit=1');
    expect(body.rows.map(({ openid }: { openid: string }) => openid)).toEqual(['o1']);
    expect((await call('GET', `/users?after=${body.next}`)).body.rows[0].openid).toBe('o2');
    await call('PATCH', '/users/o2', { name: '王芳', tags: ['vip', 'vip'], grade: 'gold' });
    expect((await call('GET', `/users?text=${encodeURIComponent('王芳')}`)).body.rows).toHaveLength(1);
    expect((await call('GET', '/users?group=vip')).body.rows[0].name).toBe('王芳');
    expect((await call('GET', '/groups')).body.rows).toEqual([
      { name: 'buyers', fans: 0 },
      { name: 'vip', fans: 1 },
    ]);
    expect((await call('GET', '/groups/vip/members')).body.rows).toHaveLength(1);
    const user = (await call('GET', '/users/o2')).body;
    expect(user).toMatchObject({ groups: ['vip'], tags: ['vip'], grade: 'gold', asked: 1 });
    expect((await call('PATCH', '/users/o2', { grade: null })).body.grade).toBeUndefined();
    const thread = (await call('GET', '/users/o1/thread')).body;
    expect(thread.rows[0]).toMatchObject({ message: { text: '价格?' }, replies: [{ text: '299', rule: 'price' }] });
    expect((await call('GET', '/messages/search?text=hello')).body.rows[0].message.openid).toBe('o2');
    expect((await call('GET', '/messages?kind=text')).body.rows).toHaveLength(2);
    expect((await call('GET', '/users/nobody')).status).toBe(404);
    expect((await call('GET', '/groups/none/members')).status).toBe(404);
    const wrong = await call('PATCH', '/users/o2', { name: ' ', tags: [''] });
    expect(wrong.body.problems.map(({ path }: { path: string }) => path)).toEqual(['name', 'tags.0']);
  });

  it('bear names of any kind in the address', async () => {
    const odd = '<b>"o\u202E/😀%';
    await staff.write(odd, 'hello');
    expect((await call('GET', `/users/${encodeURIComponent(odd)}`)).body.openid).toBe(odd);
    const thread = (await call('GET', `/users/${encodeURIComponent(odd)}/thread`)).body;
    expect(thread.rows[0].message.openid).toBe(odd);
  });
});

describe('the inbox', () => {
  it('is worked on by one person at a time, and says who did what', async () => {
    const first = await staff.write('o1', 'where is my cake');
    const second = await staff.write('o2', '什么时候开门');
    staff.wait(5_000);
    expect((await call('GET', '/inbox?state=open')).body.rows[0]).toMatchObject({ messageSeq: first, ageMs: 5_000 });
    const found = (await call('GET', `/inbox?text=${encodeURIComponent('开门')}`)).body;
    expect(found.rows.map(({ messageSeq }: { messageSeq: number }) => messageSeq)).toEqual([second]);
    const next = (await call('POST', '/inbox/next')).body;
    expect(next.item).toMatchObject({ messageSeq: first, state: 'claimed', person: 'Ann', text: 'where is my cake' });
    const li = { headers: { 'x-person': encodeURIComponent('李娜') } };
    expect((await call('POST', `/inbox/${first}/claim`, undefined, li)).status).toBe(409);
    expect((await call('POST', `/inbox/${first}/answer`, { text: 'x' }, li)).status).toBe(409);
    expect((await call('POST', `/inbox/${second}/claim`, undefined, li)).body.person).toBe('李娜');
    expect((await call('GET', `/inbox?person=${encodeURIComponent('李娜')}`)).body.rows).toHaveLength(1);
    const given = await call('POST', `/inbox/${second}/assign`, { person: 'Ann' }, li);
    expect(given.body).toMatchObject({ state: 'claimed', person: 'Ann' });
    expect((await call('POST', `/inbox/${second}/assign`, { person: 'Bob' })).status).toBe(422);
    expect((await call('POST', `/inbox/${second}/assign`, { person: '李娜' })).body.person).toBe('李娜');
    expect((await call('POST', `/inbox/${second}/release`, undefined, li)).body.state).toBe('open');
    expect((await call('POST', `/inbox/${first}/answer`, { text: '' })).status).toBe(422);
    expect((await call('POST', `/inbox/${first}/answer`, { template: 'none' })).status).toBe(422);
    const { send } = (await call('POST', `/inbox/${first}/answer`, { template: 'sorry' })).body;
    expect(send).toMatchObject({ openid: 'o1', text: '抱歉，请稍等。', state: 'waiting', messageSeq: first });
    const shown = async () => (await call('GET', '/users/o1/thread')).body.rows[0].replies.at(-1);
    expect(await shown()).toMatchObject({ text: '抱歉，请稍等。', sending: 'waiting' });
    const dropped = staff.service.account.sending.drop(send.id, 'no way', staff.service.nowMs());
    await staff.service.kept(dropped);
    expect((await shown()).sending).toBe('failed');
    expect((await call('POST', `/inbox/${first}/answer`, { text: 'again' })).status).toBe(404);
    expect((await call('POST', `/inbox/${second}/claim`)).status).toBe(200);
    expect((await call('POST', `/inbox/${second}/close`)).body.state).toBe('closed');
    expect((await call('POST', '/inbox/next')).body).toEqual({});
    const stranger = { headers: { 'x-person': 'Nobody' } };
    await staff.write('o3', '?');
    expect((await call('POST', '/inbox/next', undefined, stranger)).status).toBe(422);
    const desk = (await call('GET', '/inbox/standing')).body;
    expect(desk).toMatchObject({ open: 1, claimed: 0, people: [{ person: 'Ann', answered: 1, closed: 1 }, {}] });
    const audit = (await raw('GET', '/export/audit?format=jsonl')).body.trim().split('\n');
    expect(audit.map((line) => JSON.parse(line)).map(({ person, action, about }) => [person, action, about])).toEqual([
      ['Ann', 'inbox.claim', String(first)],
      ['李娜', 'inbox.claim', String(second)],
      ['李娜', 'inbox.assign', String(second)],
      ['Ann', 'inbox.assign', String(second)],
      ['李娜', 'inbox.release', String(second)],
      ['Ann', 'inbox.answer', String(first)],
      ['Ann', 'inbox.claim', String(second)],
      ['Ann', 'inbox.close', String(second)],
    ]);
  });
});

describe('rules', () => {
  it('are changed from the version one has seen, with all problems by path', async () => {
    const { version, rules } = (await call('GET', '/rules')).body;
    const wrong = { ...rules, rules: [...rules.rules, { name: 'x', pattern: '(a+)+', reply: { text: '{9}' } }] };
    const refused = await call('PUT', '/rules', { version, rules: wrong });
    expect(refused.status).toBe(422);
    expect(refused.body.problems.map(({ path }: { path: string }) => path)).toEqual([
      'rules.3.pattern',
      'rules.3.reply.text',
    ]);
    const shape = await call('PUT', '/rules', { version, rules: { templates: {}, rules: [{ name: '' }] } });
    expect(shape.status).toBe(422);
    const forgotten = await call('PUT', '/rules', { version, rules: {} });
    expect([forgotten.status, forgotten.body.problems.length]).toEqual([422, 1]);
    const right = { ...rules, rules: [...rules.rules, { name: 'x', pattern: 'cake', reply: { text: '🎂' } }] };
    const put = await call('PUT', '/rules', { version, rules: right, note: 'cakes' });
    expect(put.body).toMatchObject({ version: version + 1, person: 'Ann', note: 'cakes' });
    expect((await call('PUT', '/rules', { version, rules })).status).toBe(409);
    await staff.write('o1', 'cake');
    expect((await call('GET', '/users/o1/thread')).body.rows[0].replies[0]).toMatchObject({ text: '🎂', version: 2 });
    const back = await call('POST', `/rules/versions/${version}/revert`, { version: 2 });
    expect(back.body.version).toBe(3);
    expect(back.body.rules).toEqual(rules);
    const versions = (await call('GET', '/rules/versions?limit=2')).body;
    expect(versions.rows.map(({ version }: { version: number }) => version)).toEqual([3, 2]);
    expect((await call('GET', `/rules/versions?before=${versions.next}`)).body.rows).toHaveLength(1);
    expect((await call('GET', '/rules/versions/2')).body.rules.rules).toHaveLength(4);
    expect((await call('GET', '/rules/versions/9')).status).toBe(404);
    expect((await call('POST', '/rules/versions/9/revert', { version: 3 })).status).toBe(404);
    expect((await call('GET', '/rules/schema')).body).toMatchObject({ type: 'object' });
  });

  it('are put alone, or templates are: what is left out stays as it is', async () => {
    const { version, rules } = (await call('GET', '/rules')).body;
    const cake = { name: 'x', pattern: 'cake', reply: { text: '🎂' } };
    const put = (from: number, part: object) => call('PUT', '/rules', { version: from, rules: part });
    const added = await put(version, { rules: [...rules.rules, cake] });
    expect(added.body.rules).toEqual({ ...rules, rules: [...rules.rules, expect.objectContaining(cake)] });
    const templates = { ...rules.templates, 花: '三月' };
    expect((await put(version + 1, { templates })).body.rules).toEqual({ ...added.body.rules, templates });
    // A template that a rule uses cannot be left out of them.
    expect((await put(version + 2, { templates: {} })).status).toBe(422);
    expect((await put(version + 2, { fallback: { text: '?' } })).body.rules).toEqual({
      ...added.body.rules,
      templates,
      fallback: { text: '?' },
    });
    const { fallback: _, ...whole } = { ...added.body.rules, templates };
    expect((await put(version + 3, whole)).body.rules).toEqual(whole);
    for (const wrong of [[], null, 'rules', { rules: undefined, ruels: [] }]) {
      expect((await put(version + 4, wrong as object)).status).toBe(422);
    }
  });

  it('have templates, which cannot go while they are used', async () => {
    expect((await call('GET', '/templates')).body.rows).toEqual([{ name: 'sorry', text: '抱歉，请稍等。' }]);
    expect((await call('PUT', '/templates/%E8%8A%B1', { version: 1, text: '花' })).body.version).toBe(2);
    expect((await call('DELETE', '/templates/sorry?version=2')).status).toBe(422);
    expect((await call('DELETE', '/templates/%E8%8A%B1?version=1')).status).toBe(409);
    expect((await call('DELETE', '/templates/%E8%8A%B1?version=2')).body.version).toBe(3);
    expect((await call('DELETE', '/templates/gone?version=3')).status).toBe(404);
  });
});

describe('corrections', () => {
  const query = { fromMs: NOW_MS, toMs: NOW_MS + 60_000, contains: 'WRONG' };

  it('show whom they reach before, send once, and tell how far they are', async () => {
    for (const openid of ['o1', 'o2', 'o3']) await staff.write(openid, 'price', 'WRONG 1');
    await staff.write('o1', 'hours', 'WRONG 1');
    await staff.write('o4', 'price');
    const texts = (await call('GET', `/replies/texts?fromMs=${query.fromMs}&toMs=${query.toMs}`)).body;
    expect(texts.rows[0]).toMatchObject({ text: 'WRONG 1', replies: 4, rules: ['price', 'hours'] });
    const preview = (await call('POST', '/corrections/preview', { query })).body;
    expect(preview).toMatchObject({ reachable: 3, unreachable: 0, corrected: 0, why: [] });
    expect(preview.sample).toHaveLength(3);
    const wrong = await call('POST', '/corrections/preview', { query: { fromMs: 2, toMs: 1 } });
    expect(wrong.status).toBe(422);
    expect(wrong.body.problems).toHaveLength(2);
    expect((await call('POST', '/corrections', { query, text: ' ' })).status).toBe(422);
    const started = await call('POST', '/corrections', { query, text: '299 it is' });
    expect(started.body).toMatchObject({ id: 1, state: 'running', fans: 3, person: 'Ann', query });
    expect(started.body.progress.waiting).toBe(3);
    expect((await call('POST', '/corrections', { query, text: '299 it is' })).status).toBe(409);
    expect((await call('POST', '/corrections/1/resume')).status).toBe(409);
    await send('sent');
    await send('unknown');
    expect((await call('GET', '/corrections/1')).body.progress).toMatchObject({ sent: 1, unknown: 1, waiting: 1 });
    expect((await call('GET', '/corrections/1/fans?state=sent')).body.rows).toHaveLength(1);
    expect((await call('POST', '/corrections/1/stop')).body).toMatchObject({ state: 'stopped' });
    expect((await call('POST', '/corrections/1/stop')).status).toBe(409);
    const resumed = (await call('POST', '/corrections/1/resume')).body;
    expect(resumed).toMatchObject({ id: 2, fans: 1, text: '299 it is', query });
    const { unknown } = (await call('GET', '/sending')).body;
    expect(unknown).toHaveLength(1);
    expect((await call('POST', `/sending/${unknown[0].id}/decide`, { state: 'sent' })).status).toBe(200);
    expect((await call('POST', `/sending/${unknown[0].id}/decide`, { state: 'sent' })).status).toBe(404);
    await send('sent');
    expect((await call('GET', '/corrections')).body.rows.map(({ state }: { state: string }) => state)).toEqual([
      'done',
      'stopped',
    ]);
    expect((await call('POST', '/corrections/preview', { query })).body).toMatchObject({ reachable: 0, corrected: 3 });
    expect((await call('GET', '/corrections/7')).status).toBe(404);
  });

  it('say why somebody is not reached', async () => {
    await staff.write('o1', 'price', 'WRONG');
    staff.wait(49 * 3_600_000);
    await staff.write('o2', 'price', 'WRONG');
    const long = { ...query, toMs: NOW_MS + 60 * 3_600_000 };
    const preview = (await call('POST', '/corrections/preview', { query: long })).body;
    expect(preview).toMatchObject({
      reachable: 1,
      unreachable: 1,
      why: [{ why: 'the last message is 48 hours old', whyCode: 'silent-too-long', fans: 1 }],
    });
  });

  it('say who got several wrong replies, and whom a person has answered since', async () => {
    await staff.write('o1', 'weather', 'WRONG');
    await staff.write('o1', 'price', 'WRONG');
    await staff.write('o1', 'hours', 'WRONG');
    await staff.write('o2', 'weather', 'WRONG');
    await staff.write('o3', 'price', 'WRONG');
    await staff.write('o3', 'what?');
    for (const [seq, text] of [
      [4, 'Sunny.'],
      [6, 'Sorry!'],
    ]) {
      await call('POST', `/inbox/${seq}/claim`);
      expect((await call('POST', `/inbox/${seq}/answer`, { text })).status).toBe(200);
    }
    const preview = (await call('POST', '/corrections/preview', { query, text: '{answer}' })).body;
    expect(preview).toMatchObject({ reachable: 2, unreachable: 1, several: 1, unanswered: 1, byHand: 1 });
    expect(preview.why).toEqual([{ why: 'answered by hand since', whyCode: 'by-hand', fans: 1 }]);
    expect(preview.sample).toMatchObject([
      { openid: 'o1', wrong: 3, right: '299\n9–18', unanswered: 1 },
      { openid: 'o3', wrong: 1, right: '299', byHandMs: staff.service.nowMs() },
      { openid: 'o2', why: 'answered by hand since', whyCode: 'by-hand' },
    ]);
    expect((await call('POST', '/corrections', { query, text: '{answer}' })).body.progress).toMatchObject({
      waiting: 2,
      unreachable: 1,
    });
  });

  async function send(end: 'sent' | 'unknown'): Promise<void> {
    const { account } = staff.service;
    const { row, changes } = account.sending.next(staff.service.nowMs());
    await staff.service.keep(changes);
    const ended = end === 'sent' ? ({ end } as const) : ({ end, why: 'no answer' } as const);
    await staff.service.kept(account.sending.ended(row!.id, ended, staff.service.nowMs()));
  }
});

describe('what else the account knows', () => {
  it('is shown: games, winners, menu, orders, centres, and how it stands', async () => {
    for (const openid of ['o1', 'o2', 'o3']) await staff.write(openid, '抽奖');
    expect((await call('GET', '/games')).body.rows).toEqual([{ name: 'lottery', issued: 2, total: 2, players: 2 }]);
    const winners = (await call('GET', '/games/lottery/winners')).body;
    expect(winners.rows.map(({ openid, number }: { openid: string; number: number }) => [number, openid])).toEqual([
      [1, 'o1'],
      [2, 'o2'],
    ]);
    expect((await call('GET', '/games/none/winners')).status).toBe(404);
    expect((await call('GET', '/menu')).body.button[0]).toEqual({ type: 'click', name: '客服', key: 'help' });
    expect((await call('GET', '/orders')).body.rows).toEqual([]);
    expect((await call('GET', '/centres')).body.rows).toEqual([]);
    const standing = (await call('GET', '/standing')).body;
    expect(standing).toMatchObject({ rules: 1, users: 3, counts: { messages: 3 }, desk: { capacity: 1_000 } });
    expect(JSON.stringify(standing)).not.toContain(STAFF_TOKEN);
  });

  it('says why texts wait, and no longer when they go', async () => {
    staff.service.setSendTrouble({ code: 'unreachable', why: 'the API cannot be reached', detail: 'ECONNREFUSED' });
    staff.wait(5_000);
    staff.service.setSendTrouble({ code: 'no-token', why: 'the secret is wrong', detail: '40125' });
    for (const path of ['/standing', '/sending']) {
      expect((await call('GET', path)).body).toMatchObject({
        sendTrouble: 'the secret is wrong',
        sendTroubleCode: 'no-token',
        sendTroubleDetail: '40125',
        sendTroubleSinceMs: NOW_MS,
      });
    }
    staff.service.setSendTrouble(undefined);
    expect((await call('GET', '/sending')).body.sendTrouble).toBeUndefined();
  });

  it('is documented: each route once, by OpenAPI 3.1', () => {
    expect(document.openapi).toBe('3.1.0');
    const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map((op) => op.operationId));
    expect(ids.every((id) => id !== undefined)).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(35);
  });

  it('is documented: who changes something names a person, and a file goes in as CSV or JSON', () => {
    const nameless = Object.values(document.paths)
      .flatMap((path) => Object.entries(path))
      .filter(([, { parameters = [] }]) => !parameters.some((one) => one.in === 'header' && one.name === 'X-Person'));
    expect(nameless.filter(([method]) => method !== 'get').map(([, { operationId }]) => operationId)).toEqual([
      'previewCorrection',
    ]);
    expect(nameless.filter(([method]) => method === 'get').length).toBeGreaterThan(20);
    const file = document.paths['/api/v1/import/{kind}']!.post!.requestBody;
    expect(Object.keys(file?.content ?? {})).toEqual(['text/csv', 'application/json']);
  });
});

describe('an account in trouble', () => {
  it('takes nothing more on, and says so', async () => {
    await staff.write('o1', 'hello');
    await staff.service.store.close();
    expect((await raw('PATCH', '/users/o1', { payload: { tags: [] } })).statusCode).toBe(503);
    expect((await raw('PATCH', '/users/o1', { payload: { tags: [] } })).json().problems[0].message).toMatch(
      /Nothing more is taken on/,
    );
    expect((await raw('GET', '/users/o1')).statusCode).toBe(200);
  });

  it('tells who was first to meet it that it is not stored yet, and does it whole, once, when there is room', async () => {
    const store = new FillingStore();
    const { app, service, write } = await sampleStaff({}, store);
    const headers = { authorization: `Bearer ${STAFF_TOKEN}`, 'x-person': 'Ann' };
    const ask = (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object) =>
      app.inject({ method, url: `/api/v1${url}`, headers, ...(payload && { payload }) });
    const seq = await write('o1', 'something nobody knows');
    expect((await ask('POST', '/inbox/next')).statusCode).toBe(200);
    store.isDiskFull = true;
    const answer = () => ask('POST', `/inbox/${seq}/answer`, { text: 'hello' });
    const first = await answer();
    expect(first.statusCode).toBe(503);
    expect(first.json().problems[0].message).toMatch(/not be stored yet: no space.*It is done, whole/);
    // Refused before anything is changed.
    const second = await ask('PATCH', '/users/o1', { tags: ['vip'] });
    expect([second.statusCode, second.json().problems[0].message]).toEqual([
      503,
      expect.stringMatching(/^Nothing more is taken on: no space/),
    ]);
    expect(service.account.users.get('o1')!.tags).toEqual([]);
    const kept = async (table: 'outbox' | 'audit') => {
      const rows = [];
      for await (const row of store.exportRows(table)) rows.push(row);
      return rows;
    };
    expect(await kept('outbox')).toEqual([]);
    store.isDiskFull = false;
    await expect.poll(() => service.trouble).toBeUndefined();
    expect(await kept('outbox')).toMatchObject([{ openid: 'o1', text: 'hello', messageSeq: seq }]);
    expect(await kept('audit')).toMatchObject([{ action: 'inbox.claim' }, { action: 'inbox.answer' }]);
    expect((await answer()).statusCode).toBe(404);
    expect(await kept('outbox')).toHaveLength(1);
  });
});
