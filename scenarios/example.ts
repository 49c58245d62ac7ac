/**
 * A scenario in TypeScript: the same as smoke.yaml, with what a program can do that YAML cannot. The type is erased when
 * the file is loaded, so that it works wherever peakday is installed. Play it: `peakday run scenarios/example.ts`.
 */
import type { ScenarioInput } from '../sim/scenario/schema.js';

const rehearsedS = 10;
const perSecond = 50;

export default {
  name: 'example',
  title: 'Ten seconds, written in TypeScript',
  seed: 1,
  day: { start: '12:00', length: `${rehearsedS}s` },
  fans: { followers: 1_000 },
  intents: {
    hours: { says: ['几点开门', '营业时间'], expect: { contains: '营业时间' } },
    order: { says: ['订单{order}'], expect: { contains: '{order}' } },
    photo: { kind: 'image', expect: { contains: '照片' } },
    menu: { kind: 'click', key: 'HELP', expect: { contains: '帮助' } },
    chatter: { says: ['{chatter}'], expect: { contains: '客服' } },
    follow: { kind: 'subscribe', expect: { contains: '欢迎' } },
  },
  traffic: [
    {
      name: 'messages',
      model: 'poisson',
      total: rehearsedS * perSecond,
      sends: { zipf: 0.81, of: ['hours', 'order', 'chatter', 'menu', 'photo'] },
    },
    { name: 'burst', model: 'appointed', moments: ['12:00:05'], total: 100, median: '300ms', sends: 'hours' },
    { name: 'follows', model: 'constant', total: 50, sends: 'follow' },
  ],
  gates: [
    'p99(response) < 2s',
    ...['dropped', 'wrong', 'misaddressed'].map((count) => `${count} == 0`),
    'answered within 5s >= 99% during burst',
  ],
  server: {
    workers: 16,
    workTime: { mean: '5ms' },
    answers: {
      welcome: { text: '欢迎关注！' },
      rules: [
        { name: 'hours', contains: ['几点', '营业时间'], reply: { text: '营业时间：9:00 到 18:00。' } },
        { name: 'order', pattern: '订单\\s*(\\d{6,20})', reply: { text: '订单 {1} 已发货。' } },
        { name: 'help', key: 'HELP', reply: { text: '帮助：请直接留言。' } },
        { name: 'photo', kind: 'image', reply: { text: '照片已收到。' } },
      ],
      fallback: { text: '已转人工客服。' },
    },
  },
} satisfies ScenarioInput;
