import { describe, expect, it } from 'vitest';
import { atMs, sampleAccount, written } from './account-samples.js';

const orders = {
  pattern: '订单\\s*(\\d{4,})',
  found: '{number} {item} {status}',
  missing: 'no {number}',
  rows: [
    { number: '1001', openid: 'owner', status: '已发货', item: '手机' },
    { number: '1002', status: '出库' },
  ],
};

describe('the order look-up', () => {
  const account = sampleAccount({ orders, groups: { buyers: { minBought: 1 } } }, { fallback: { text: '?' } });
  const ask = (fan: string, content: string) => account.receive(written(fan, content), atMs('09:00')).reply.text;

  it('shows an order to its owner alone, and to others what it shows of none', () => {
    expect(ask('owner', '查订单 1001')).toBe('1001 手机 已发货');
    expect(ask('other', '查订单1001')).toBe('no 1001');
    expect(ask('other', '查订单9999')).toBe('no 9999');
    expect(ask('other', '查订单12')).toBe('?');
  });

  it('shows one without an owner to whoever knows the number, and takes nobody for a buyer who only asks', () => {
    expect(account.users.get('other')?.bought).toBe(0);
    expect(ask('other', '订单1002')).toBe('1002  出库');
    expect(ask('other', '订单1002')).toBe('1002  出库');
    expect(account.users.get('other')?.bought).toBe(0);
    expect([...account.users.members('buyers', 0)].map(({ openid }) => openid)).toEqual(['owner']);
  });

  it('imports rows, all or none, and counts the orders of fans', () => {
    const bad = account.imports.orders(
      [
        { number: '', status: 'x' },
        { number: '7', status: '' },
        { number: '8', status: 'x' },
        { number: '8', status: 'y' },
      ],
      0,
      [2, 3, 4, 5],
    );
    expect('problems' in bad && bad.problems.map(({ line, path }) => `${line} ${path}`)).toEqual([
      '2 0.number',
      '3 1.status',
      '5 3',
    ]);
    const good = account.imports.orders(
      [
        { number: '2001', openid: 'owner', status: 'x' },
        { number: '2002', openid: 'new', status: 'x' },
      ],
      0,
    );
    expect('changes' in good && good.changes.map(({ put }) => put)).toEqual(['order', 'order', 'user']);
    expect(account.users.get('owner')?.bought).toBe(2);
    expect(ask('new', 'hi')).toBe('?');
    expect(account.users.get('new')?.bought).toBe(1);
  });
});
