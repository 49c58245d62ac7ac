/** A scenario file of its own, small and gentle: a noisy machine can still play it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SmallScenario {
  readonly lengthS?: number;
  /** Of the questions, like `100/s`. */
  readonly rate?: string;
  /** Lines of YAML to follow. */
  readonly extra?: string;
}

/** Writes it into the folder; gives its path. */
export function smallScenario(folder: string, name: string, over: SmallScenario = {}): string {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(
    path,
    `name: ${name}
seed: 7
day: { length: ${over.lengthS ?? 2}s }
fans: { followers: 500 }
intents:
  hours: { says: ["几点开门？", "{name}问：开放时间"], expect: { contains: "9:00" } }
  order: { says: ["订单{order}"], expect: { contains: "{order}" } }
  join: { kind: subscribe, expect: { contains: "欢迎" } }
traffic:
  - { name: questions, model: poisson, rate: ${over.rate ?? '100/s'}, sends: { hours: 2, order: 1 } }
  - { name: joins, model: constant, rate: 5/s, sends: join }
server:
  answers:
    welcome: { text: "欢迎" }
    rules:
      - { name: hours, contains: ["几点", "开放"], reply: { text: "每天9:00开门" } }
      - { name: order, pattern: "订单(\\\\d+)", reply: { text: "订单{1}已发货" } }
${over.extra ?? ''}`,
  );
  return path;
}
