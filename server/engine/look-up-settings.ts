/** Look-ups as settings: where is my order, where is the nearest service centre. */
import { z } from 'zod';
import { patternFault } from './pattern.js';
import { placeText } from './place-text.js';

const field = z.string().min(1).max(200);

export const orderRowSchema = z.strictObject({
  number: z.string().min(1).max(64).describe('The order number.'),
  openid: z.string().min(1).max(64).optional().describe('Whose it is; left out: whoever knows the number sees it.'),
  status: field.describe('Where it is.'),
  item: z.string().max(200).prefault('').describe('What was bought.'),
});

export const centreRowSchema = z.strictObject({
  name: field.describe('Known by it.'),
  latitude: z.number().min(-90).max(90).describe('Degrees, north positive.'),
  longitude: z.number().min(-180).max(180).describe('Degrees, east positive.'),
  address: field.describe('Where it is.'),
  phone: z.string().max(60).prefault('').describe('Its telephone.'),
});

export const ordersSchema = z
  .strictObject({
    pattern: z
      .string()
      .min(1)
      .prefault('订单\\D*(\\d{6,20})')
      .describe('A message that fits asks for an order; its first group, or else the whole match, is the number.'),
    found: placeText('The order is known, and it is the fan’s.', '订单 {number}（{item}）：{status}', [
      'number',
      'item',
      'status',
      'openid',
    ]),
    missing: placeText(
      'No such order, or it is somebody else’s: the same text, so that nobody learns which numbers exist.',
      '没有找到订单 {number}，请核对号码。',
      ['number', 'openid'],
    ),
    rows: z.array(orderRowSchema).max(100_000).prefault([]).describe('Orders known from the start.'),
  })
  .superRefine(({ pattern, rows }, context) => {
    const fault = patternFault(pattern);
    if (fault !== undefined) context.addIssue({ code: 'custom', path: ['pattern'], message: `The pattern ${fault}.` });
    tellTwice(rows, 'number', 'order', context);
  });

export const centresSchema = z
  .strictObject({
    list: placeText('Around the lines.', '离您最近的服务网点：\n{lines}', ['lines']),
    line: placeText('One centre.', '{place}. {name}，{distance}\n{address} {phone}', [
      'place',
      'name',
      'distance',
      'address',
      'phone',
    ]),
    shown: z.int().min(1).max(10).prefault(3).describe('So many, the nearest first.'),
    rows: z.array(centreRowSchema).max(10_000).prefault([]).describe('Centres known from the start.'),
  })
  .superRefine(({ rows }, context) => tellTwice(rows, 'name', 'centre', context));

export type OrdersSettings = z.output<typeof ordersSchema>;
export type CentresSettings = z.output<typeof centresSchema>;

function tellTwice<Key extends string>(
  rows: readonly Readonly<Record<Key, string>>[],
  key: Key,
  noun: string,
  context: { addIssue(issue: { code: 'custom'; path: (string | number)[]; message: string }): void },
): void {
  const known = new Set<string>();
  for (const [index, row] of rows.entries()) {
    if (known.has(row[key])) {
      const message = `the ${noun} "${row[key]}" stands there twice`;
      context.addIssue({ code: 'custom', path: ['rows', index, key], message });
    }
    known.add(row[key]);
  }
}
