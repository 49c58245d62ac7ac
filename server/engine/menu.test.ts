import { describe, expect, it } from 'vitest';
import { sampleSchema } from './account-samples.js';
import { checkAccount } from './check-account.js';
import { clickKeys, menuJson, menuSchema } from './menu.js';

const menu = [
  { name: '抽奖', key: 'DRAW' },
  {
    name: '服务',
    buttons: [
      { name: '官网', url: 'https://example.com/' },
      { name: '网点', type: 'location_select' as const, key: 'WHERE' },
      { name: '帮助', key: 'HELP' },
    ],
  },
];

describe('a menu', () => {
  it("is written in the platform's form", () => {
    expect(JSON.parse(menuJson(menuSchema.parse(menu)))).toEqual({
      button: [
        { type: 'click', name: '抽奖', key: 'DRAW' },
        {
          name: '服务',
          sub_button: [
            { type: 'view', name: '官网', url: 'https://example.com/' },
            { type: 'location_select', name: '网点', key: 'WHERE' },
            { type: 'click', name: '帮助', key: 'HELP' },
          ],
        },
      ],
    });
  });

  it("keeps to the platform's limits", () => {
    const button = { name: 'a', key: 'k' };
    const isRight = (value: unknown) => menuSchema.safeParse(value).success;
    expect(isRight([button, button, button])).toBe(true);
    expect(isRight([button, button, button, button])).toBe(false);
    expect(isRight([{ name: 'a', buttons: Array(5).fill(button) }])).toBe(true);
    expect(isRight([{ name: 'a', buttons: Array(6).fill(button) }])).toBe(false);
    expect(isRight([{ ...button, name: '五个汉字' }])).toBe(true);
    expect(isRight([{ ...button, name: '一共六个汉字' }])).toBe(false);
    expect(isRight([{ name: 'a', buttons: [{ ...button, name: '一共六个汉字' }] }])).toBe(true);
    expect(isRight([{ ...button, key: 'k'.repeat(129) }])).toBe(false);
    expect(isRight([{ ...button, url: 'https://example.com' }])).toBe(false);
    expect(isRight([{ name: 'a' }])).toBe(false);
    expect(isRight([{ name: 'a', url: 'https://example.com', type: 'click' }])).toBe(false);
  });

  it('needs an answer to every click', () => {
    expect(clickKeys(menuSchema.parse(menu))).toEqual([
      { path: '0.key', key: 'DRAW' },
      { path: '1.buttons.2.key', key: 'HELP' },
    ]);
    const settings = sampleSchema.parse({ menu, lottery: { key: 'DRAW', chance: '1%', prizes: 1 } });
    expect(checkAccount(settings, { rules: [] }).map(({ path }) => path)).toEqual(['menu.1.buttons.2.key']);
    const rule = { name: 'help', key: 'HELP', reply: { text: '帮助' } };
    expect(checkAccount(settings, { rules: [rule] })).toEqual([]);
  });
});

it('tells how the parts do not fit together', () => {
  const settings = sampleSchema.parse({
    groups: { vip: { grade: 'vip' } },
    lottery: { name: 'april', words: ['抢'], key: 'K', chance: '1%', prizes: 1, only: ['vip', 'vips'] },
    buying: { name: 'april', words: [' 抢'], key: 'K', rights: 1 },
  });
  expect(checkAccount(settings, { rules: [] }).map(({ path }) => path)).toEqual([
    'lottery.only.1',
    'buying.name',
    'buying.words.0',
    'buying.key',
  ]);
});
