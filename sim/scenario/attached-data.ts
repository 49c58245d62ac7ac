/** Puts the contents of the files beside a scenario where they belong: a curve's `points`, a recording's `times`. */
import { resolve } from 'node:path';
import type { Problem } from '../../core/problem.js';
import { type DataFile, readCurve, readTimes } from './data-file.js';
import type { Draft } from './draft.js';
import type { Finding, Path, Place } from './finding.js';
import { readTextFile, shownPath } from './text-file.js';
import type { TrafficPart } from './traffic.js';

/** Some ten million recorded times; more would not fit a plan in memory either. */
const maxDataBytes = 200_000_000;

export interface AttachedData {
  /** The draft with the contents of its files in `points` and `times`; `file` is gone. */
  readonly draft: Draft;
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  place(path: Path): Place | undefined;
}

export async function attachData(draft: Draft, directory: string): Promise<AttachedData> {
  const findings: Finding[] = [];
  const problems: Problem[] = [];
  const lines = new Map<number, { file: string; lines: readonly number[] }>();
  const take = <Row>(index: number, file: string, data: DataFile<Row>): Row[] => {
    lines.set(index, { file, lines: data.lines });
    problems.push(...data.problems);
    return [...data.rows];
  };
  const readPart = async (part: TrafficPart | undefined, index: number): Promise<TrafficPart | undefined> => {
    if (part?.model !== 'curve' && part?.model !== 'recorded') return part;
    const { file: name, ...rest } = part;
    if (name === undefined || ('points' in rest && rest.points) || ('times' in rest && rest.times)) return part;
    const file = resolve(directory, name);
    const read = await readTextFile(file, maxDataBytes);
    if ('failure' in read) {
      findings.push({ path: ['traffic', index, 'file'], message: `${name} ${read.failure}` });
      return part;
    }
    const shown = shownPath(file);
    const withData: TrafficPart =
      rest.model === 'curve'
        ? { ...rest, points: take(index, shown, readCurve(read.text, shown)) }
        : { ...rest, times: take(index, shown, readTimes(read.text, shown)) };
    return withData;
  };
  const traffic = draft.traffic && (await Promise.all(draft.traffic.map(readPart)));
  return {
    draft: traffic === undefined ? draft : { ...draft, traffic },
    findings,
    problems,
    place: ([root, index, key, row]) => {
      const data = root === 'traffic' ? lines.get(Number(index)) : undefined;
      if (!data || (key !== 'points' && key !== 'times')) return undefined;
      return { file: data.file, line: data.lines[Number(row ?? 0)] ?? 1, column: 1 };
    },
  };
}
