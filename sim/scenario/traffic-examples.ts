/** One small example of each traffic model, and one of fans who react, for the reference; a test reads them all. */
import type { TrafficModel } from './traffic.js';

export const modelExamples: Readonly<Record<TrafficModel, string>> = {
  constant: `- { name: heartbeat, model: constant, rate: 10/s, sends: hello }`,
  poisson: `- { name: background, model: poisson, from: '09:00', to: '18:00', total: 5000, sends: hello }`,
  ramp: `- { name: warming up, model: ramp, startRate: 0/s, endRate: 50/s, sends: hello }`,
  steps: `- name: staircase
  model: steps
  from: '10:00'
  steps: [{ for: 10m, rate: 5/s }, { for: 10m, rate: 20/s }]
  sends: hello`,
  curve: `- name: broadcast
  model: curve
  points: [{ at: '20:00', rate: 1/s }, { at: '20:05', rate: 90/s }, { at: '21:00', rate: 2/s }]
  sends: hello`,
  daily: `- { name: the day, model: daily, total: 40000, sends: hello }`,
  push: `- { name: offer, model: push, at: '10:00', recipients: 50000, respond: 12%, median: 20m, sends: hello }`,
  appointed: `- { name: quiz, model: appointed, from: '14:00', to: '16:00', every: 10m, each: 500, sends: hello }`,
  shares: `- { name: shared, model: shares, rate: 1/s, branching: 0.5, mean: 10m, sends: hello }`,
  recorded: `- { name: last year, model: recorded, times: ['14:55:30.250', '14:55:31'], sends: hello }`,
};

export const reactionExample = `fans:
  followers: 5000
  patience: { median: 20s, resend: 30%, unsubscribe: 5% }
intents:
  order: { says: ["订单{order}"], expect: { contains: "{order}" }, next: { send: thanks, share: 40%, median: 15s } }
  thanks: { says: [谢谢], expect: { contains: 不客气 } }
  leave: { kind: unsubscribe }`;
