/**
 * What to change when no value in range keeps the promise. How busy workers and people are over a day does not tell what is
 * missing (a volley may need all of them for a minute), so what might help is tried: more hands first, then less work.
 */
import { formatShare } from '../../core/units.js';
import type { Scenario } from '../scenario/schema.js';
import type { DayJudged } from './judge.js';
import { type Change, type Lever, lessWork, moreHands } from './levers.js';
import { mostWorkers, mostWorkersLine } from './most-workers.js';
import { type DayPromise, isHeld } from './promise.js';
import type { Variation } from './variation.js';

export interface Failure {
  /** The strongest point, and its day. */
  readonly scenario: Scenario;
  readonly day: DayJudged;
  readonly promises: readonly DayPromise[];
  readonly variations: readonly Variation[];
  /** Every value was tried, not only the strongest and some below. */
  readonly isWholeRange: boolean;
}

const TIMES = [2, 8] as const;
/** `--vary` may be said so often. */
const MOST_VARIED = 4;

/** What is given there, in one sentence. */
export function failureLine({ day, variations, isWholeRange }: Failure): string {
  const isOne = day.promises.length === 1;
  if (variations.length === 0)
    return `as it is: ${isOne ? 'the promise is' : 'the promises are'} not kept (${given(day)})`;
  const ends = variations.map(({ name, values }) => `${name}=${values.at(-1)}`).join(' ');
  return `no value ${isWholeRange ? 'in range' : 'tried'} keeps ${isOne ? 'the promise' : 'all promises'}: even ${ends} gives ${given(day)}`;
}

/** What helps. `judge` plays a scenario. */
export async function adviceFor(
  failure: Failure,
  judge: (scenario: Scenario) => Promise<DayJudged>,
): Promise<string[]> {
  const { scenario, day, promises, variations } = failure;
  if (day.promises.some(({ kept, shown }) => !kept && shown === 'no samples')) {
    return ['a promise had nothing to be measured on: look at its scope, and at what the scenario sends then'];
  }
  const isUncertain = (judged: DayJudged) =>
    judged.promises.every(({ kept, interval }, place) => kept || isHeld(promises[place]!, interval.mean));
  const tooFew = `but ${day.replications} days are too few to be sure: play more of them (--replications ${4 * day.replications}), or give it more room`;
  if (isUncertain(day)) return [`by its mean it is kept, ${tooFew}`];
  let most = day;
  const firstThatKeeps = async (levers: readonly Lever[]): Promise<Lever | undefined> => {
    for (const lever of levers) {
      most = await judge(lever.scenario);
      if (most.kept) return lever;
    }
    return undefined;
  };
  for (const times of TIMES) {
    const hands = await firstThatKeeps(moreHands(scenario, times));
    if (hands !== undefined) return [toVary(hands.changes, variations)];
  }
  const useless = uselessHands(failure, most);
  if (useless.hands !== undefined && isUncertain(most)) return [`${useless.hands} keep it by its mean, ${tooFew}`];
  for (const times of TIMES) {
    const work = await firstThatKeeps(lessWork(scenario, 1 / times));
    if (work !== undefined) return [useless.line, `less work does: it is kept with ${settings(work.changes)}`];
  }
  const spared =
    lessWork(scenario, 1).length === 0
      ? 'there is no work to spare'
      : `nor does an eighth of the work (${given(most)})`;
  return [
    useless.line,
    `${spared}: what holds it back lies elsewhere (server.network, the order of service, how long fans or the platform wait, faults), or too much is promised`,
  ];
}

/** That more hands do not help, and which were tried: none where contention lets no more of them do anything. */
function uselessHands({ scenario, day }: Failure, most: DayJudged): { line: string; hands: string | undefined } {
  const times = TIMES.at(-1)!;
  const all = moreHands(scenario, times).at(-1);
  const isBound = Number.isFinite(mostWorkers(scenario));
  const bound = isBound ? `: ${mostWorkersLine(scenario)}` : '';
  if (all === undefined) return { line: `more workers do not help${bound}`, hands: undefined };
  const hands = isBound ? settings(all.changes) : `${times} times the ${handsOf(scenario)}`;
  return {
    line: `more ${handsOf(scenario, 'or')} do not help${bound}${bound === '' ? ': ' : '; '}${hands} give ${given(most)}; without them ${busy(day)}`,
    hands,
  };
}

function toVary(changes: readonly Change[], variations: readonly Variation[]): string {
  const ranges = changes.map(({ name, from, to }) => {
    const varied = variations.find((variation) => variation.name === name);
    const least = varied?.values[0] ?? from;
    // Where contention lets fewer do more, the range begins at one.
    return `--vary ${name}=${Number(least) > Number(to) ? 1 : least}..${to}`;
  });
  const isVaried = changes.every(({ name }) => variations.some((variation) => variation.name === name));
  const kept = `it is kept with ${settings(changes)}`;
  if (ranges.length > MOST_VARIED) return `more people in every shift: ${kept}`;
  return `${isVaried ? 'widen the range' : 'vary what holds it back'} (${ranges.join(' ')}): ${kept}`;
}

function settings(changes: readonly Change[]): string {
  return changes.map(({ name, to }) => `${name}=${to}`).join(' ');
}

function given({ promises }: DayJudged): string {
  return promises
    .filter(({ kept }) => !kept)
    .map(({ expression, shown }) => `${shown} for "${expression}"`)
    .join(' and ');
}

function handsOf({ queue, desk }: Scenario, and: 'and' | 'or' = 'and'): string {
  if (queue !== undefined) return 'servers';
  return desk === undefined ? 'workers' : `workers ${and} people`;
}

function busy({ utilisation, occupancy }: DayJudged): string {
  const share = (value: number) => formatShare(Number(value.toFixed(3)));
  const workers = `${occupancy === undefined ? 'they' : 'workers'} are busy ${share(utilisation.mean)} of the time`;
  return occupancy === undefined ? workers : `${workers}, people ${share(occupancy.mean)}`;
}
