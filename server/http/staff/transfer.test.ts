/** Import and export over their routes. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LibsqlStore } from '../../store/libsql-store.js';
import { readCsv, writeCsv } from './csv.js';
import { jsonRows } from './json-rows.js';
import { type SampleStaff, STAFF_TOKEN, sampleStaff } from './staff-samples.js';

const headersOf = (type: string) => ({
  authorization: `Bearer ${STAFF_TOKEN}`,
  'x-person': 'Ann',
  'content-type': type,
});

function importFile({ app }: SampleStaff, kind: string, payload: string | Buffer, type = 'text/csv') {
  return app.inject({ method: 'POST', url: `/api/v1/import/${kind}`, headers: headersOf(type), payload });
}

async function exported({ app }: SampleStaff, path: string): Promise<string> {
  const { statusCode, body } = await app.inject({ url: `/api/v1/export${path}`, headers: headersOf('text/csv') });
  expect(statusCode).toBe(200);
  return body;
}

describe('import', () => {
  it('takes fans, orders, centres, rules and templates', async () => {
    const staff = await sampleStaff();
    const { account } = staff.service;
    const users = '\uFEFFopenid,name,tags,bought\r\no1,王芳,vip|新客,2\r\no2,"Lee, ""Jo""\nof Oslo",,\r\n';
    expect((await importFile(staff, 'users', users)).json()).toEqual({ rows: 2 });
    expect(account.users.get('o1')).toMatchObject({ name: '王芳', tags: ['vip', '新客'], bought: 2 });
    expect(account.users.get('o2')?.name).toBe('Lee, "Jo"\nof Oslo');
    const orders = '[{"number": "123456", "openid": "o2", "status": "已发货"},\n {"number": "123457", "status": "x"}]';
    expect((await importFile(staff, 'orders', orders, 'application/json')).json()).toEqual({ rows: 2 });
    expect(account.users.get('o2')?.bought).toBe(1);
    const centres = 'name,latitude,longitude,address,phone\n北京,39.9,116.4,王府井 1,010\n"A",-33.4,-70.6,b,\n';
    expect((await importFile(staff, 'centres', centres)).json()).toEqual({ rows: 2 });
    expect(account.centres.get('A')).toMatchObject({ latitude: -33.4, longitude: -70.6, phone: '' });
    const rules = 'name,exact,contains,text,template\nbye,bye|再见,,👋,\nhelp,,help,,sorry\n';
    const answer = await importFile(staff, 'rules', rules);
    // The menu's key lost its rule: the file is told, not the settings.
    expect(answer.statusCode).toBe(422);
    const withKey = 'name,exact,contains,key,text,template\nbye,bye|再见,,,👋,\nhelp,,,help,,sorry\n';
    expect((await importFile(staff, 'rules', withKey)).json()).toEqual({ version: 2 });
    expect(account.rules.rules.rules.map(({ exact }) => exact)).toEqual([['bye', '再见'], undefined]);
    expect((await importFile(staff, 'templates', 'name,text\nsorry,Sorry!\nnew,New\n')).json()).toEqual({ version: 3 });
    expect(account.rules.rules.templates).toEqual({ sorry: 'Sorry!', new: 'New' });
    expect((await importFile(staff, 'templates', '{"json": "J"}', 'application/json')).json()).toEqual({ version: 4 });
    const yaml = 'templates: { sorry: S }\nrules:\n  - name: help\n    key: help\n    reply: { template: sorry }\n';
    expect((await importFile(staff, 'rules', yaml, 'application/yaml')).json()).toEqual({ version: 5 });
  });

  it('names all that is wrong by line, and takes nothing then', async () => {
    const staff = await sampleStaff();
    const { account } = staff.service;
    const problems = async (kind: string, payload: string | Buffer, type?: string) => {
      const response = await importFile(staff, kind, payload, type);
      expect(response.statusCode).toBe(422);
      return response.json().problems.map(({ line, path }: { line?: number; path?: string }) => [line, path]);
    };
    expect(await problems('users', 'openid,name,bought\no1,ok,1\n,x,\no3,ok,many\no1,a,\n"o5\n",b\n')).toEqual([
      [3, 'openid'],
      [4, 'bought'],
      [5, 'openid'],
      [6, undefined],
    ]);
    expect(await problems('users', 'openid,bought\no1,1\n\no3,many\no4,-1\n')).toEqual([
      [4, 'bought'],
      [5, 'bought'],
    ]);
    expect(await problems('users', 'openid,bought\no1,1\no4,-1\no1,2\n')).toEqual(
      [
        [3, '1.bought'],
        [4, '2.openid'],
      ].map(([line, path]) => [line, (path as string).slice(2)]),
    );
    expect(await problems('orders', 'number,status\n1,a\n2,\n1,b\n')).toEqual([
      [3, 'status'],
      [4, undefined],
    ]);
    expect(await problems('orders', 'number,status\n1,a\n2,c\n1,b\n')).toEqual([[4, undefined]]);
    expect(await problems('orders', '[{"number":"1","status":"a"},\n\n{"number":2},"x"]', 'application/json')).toEqual([
      [3, '1.number'],
      [3, '1.status'],
      [3, '2'],
    ]);
    expect(
      await problems('users', '[{"openid":5},{"openid":"a"},{"openid":"b","bought":-1}]', 'application/json'),
    ).toEqual([
      [1, '0.openid'],
      [1, '2.bought'],
    ]);
    expect(await problems('orders', '{"number":"1","status":"a"}\n{"number"\n', 'application/x-ndjson')).toEqual([
      [2, undefined],
    ]);
    expect(await problems('centres', 'name,latitude,longitude,address\na,91,x,b\n')).toEqual([
      [2, 'latitude'],
      [2, 'longitude'],
    ]);
    expect(await problems('centres', 'name,lat\na,1\n')).toEqual([
      [1, undefined],
      [1, undefined],
      [1, undefined],
      [1, undefined],
    ]);
    expect(await problems('users', Buffer.from([0x6f, 0xb9, 0xfe]))).toEqual([[1, undefined]]);
    expect(await problems('users', 'openid\n"o1')).toEqual([[2, undefined]]);
    expect(await problems('users', '')).toEqual([[1, undefined]]);
    expect(await problems('rules', 'name,exact,key,pattern,text\nhelp,,help,,x\nbad,,,(,y\n')).toEqual([
      [3, 'rules.1.pattern'],
    ]);
    expect(await problems('rules', 'name,exact,key,text\nhelp,,help,x\n,a,,y\nc,c\nhelp,d,,{opnid}\n')).toEqual([
      [3, 'name'],
      [4, undefined],
      [5, 'rules.2.name'],
      [5, 'rules.2.reply.text'],
    ]);
    const rules =
      '{\n "rules": [\n  {"name": "help", "key": "help", "reply": {"text": "x"}},\n  {"name": "b",\n   "pattern": "(", "reply": {"text": "x"}}\n ]}';
    expect(await problems('rules', rules, 'application/json')).toEqual([[5, 'rules.1.pattern']]);
    expect(await problems('templates', 'name,text\na,b\na,c\n')).toEqual([[3, 'name']]);
    expect(await problems('users', 'openid\no1', 'text/plain')).toEqual([[undefined, 'content-type']]);
    expect(account.users.size).toBe(0);
    expect(account.orders.size).toBe(0);
    expect(account.rules.version).toBe(1);
  });

  it('finds the line of each element of an array, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), fc.boolean(), (rows, isDense) => {
        const text = `\n[${isDense ? JSON.stringify(rows).slice(1, -1) : rows.map((row) => `\n${JSON.stringify(row)}`).join(',')}]`;
        const lines = rows.map((_, index) => (isDense ? 2 : 3 + index));
        expect(jsonRows(text)).toEqual({ rows: JSON.parse(text), lines, isArray: true, problems: [] });
      }),
    );
  });
});

describe('export', () => {
  it('gives every table, from disk, and it can be imported again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'peakday-export-'));
    const staff = await sampleStaff({}, await LibsqlStore.open(`file:${join(folder, 'account.db')}`));
    for (let fan = 0; fan < 1_200; fan += 1) await staff.write(`o${fan}`, fan === 7 ? '=1+1' : 'price');
    const imported = await importFile(staff, 'users', 'openid,name,tags\no7,=cmd,"-a|@b"\no8,-5,\n');
    expect(imported.json()).toEqual({ rows: 2 });
    const users = await exported(staff, '/user');
    expect(users.split('\n')).toHaveLength(1_202);
    expect(users).toContain(",'=cmd,");
    expect(users).toContain(",'-5,");
    expect(await exported(staff, '/message')).toContain(",'=1+1,");
    const lines = (await exported(staff, '/message?format=jsonl')).trim().split('\n');
    expect(lines).toHaveLength(1_200);
    expect(JSON.parse(lines[7]!)).toMatchObject({ openid: 'o7', text: '=1+1' });
    const all = (await exported(staff, ''))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(all.filter(({ table }) => table === 'reply')).toHaveLength(1_200);
    expect(new Set(all.map(({ table }) => table))).toContain('audit');
    const other = await sampleStaff();
    expect((await importFile(other, 'users', users)).json()).toEqual({ rows: 1_200 });
    expect(other.service.account.users.get('o7')).toMatchObject({ name: '=cmd', tags: ['-a', '@b'] });
    await staff.app.close();
    await staff.service.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('writes no cell a spreadsheet would run, and reads back what it wrote', async () => {
    const cell = fc.string({ unit: fc.constantFrom('=', '+', '-', '@', "'", '"', ',', '\n', '花', 'a', ' ', '＝') });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ a: cell, b: cell }), { maxLength: 20 }), async (rows) => {
        const chunks: Buffer[] = [];
        for await (const chunk of writeCsv(['a', 'b'], rows)) chunks.push(Buffer.from(chunk));
        const read = await readCsv(Buffer.concat(chunks), { needed: [], optional: ['a', 'b'] });
        expect(read.problems).toEqual([]);
        for (const { cells } of read.rows)
          for (const text of Object.values(cells)) expect(text).not.toMatch(/^'[=+\-@]/);
        const whole = rows.filter(({ a, b }) => `${a}${b}`.trim() !== '');
        expect(read.rows.length).toBeGreaterThanOrEqual(whole.length);
        const trimmed = (text: string | undefined) => text?.trim() ?? '';
        expect(read.rows.filter(({ cells }) => trimmed(cells.a) !== '' || trimmed(cells.b) !== '')).toHaveLength(
          whole.length,
        );
      }),
    );
  });
});
