/** What only a simulation knows, for the report: the modelled server, people and inbox, the trace. */
import { formatCount, formatDurationS, formatShare, US_PER_MS, US_PER_S } from '../../core/units.js';
import type { SimulationFacts } from '../virtual/facts.js';
import type { DeskSummary, Summary } from './document.js';
import { formatPart } from './figures.js';
import { type Text, text } from './text.js';

/** What a reader is told in the place of the generator's figures. */
export const virtualTime = text('virtual time: the generator cannot be late', '虚拟时间：发压端不会迟到');

/** The fields of summary.json. `at`: seconds of the run -> time of day. */
export function modelledOf(
  { traceHash, server, desk }: SimulationFacts,
  at: (runS: number) => string,
): Pick<Summary, 'traceHash' | 'modelledServer' | 'desk'> {
  const { meanWaitUs, waitingMost, ...counts } = server;
  return {
    traceHash,
    modelledServer: { ...counts, meanWaitMs: meanWaitUs / US_PER_MS, waitingPeak: waitingMost },
    ...(desk === undefined ? {} : { desk: deskOf(desk, at) }),
  };
}

function deskOf(desk: NonNullable<SimulationFacts['desk']>, at: (runS: number) => string): DeskSummary {
  const { people, occupancy, inbox, messages, corrections } = desk;
  const { asked, answered, answeredAfterEnd, evicted, evictedAfterEnd, waiting, waitingMost, waitingMostUs } = messages;
  const seconds = (us: number | null) => (us === null ? null : us / US_PER_S);
  return {
    people,
    occupancy,
    inbox: {
      capacity: inbox.capacity,
      entered: inbox.entered,
      overwritten: inbox.overwritten,
      turnoverS: seconds(inbox.turnoverUs),
    },
    messages: {
      asked,
      answered,
      answeredAfterEnd,
      evicted,
      evictedAfterEnd,
      waiting,
      waitingPeak: waitingMost,
      waitingPeakAt: at(waitingMostUs / US_PER_S),
      oldestAgeS: seconds(messages.oldestAgeUs),
      waitP50S: seconds(messages.waitP50Us),
      waitP90S: seconds(messages.waitP90Us),
      waitMaxS: seconds(messages.waitMaxUs),
    },
    ...(corrections === undefined
      ? {}
      : {
          corrections: {
            wrong: corrections.wrong,
            corrected: corrections.corrected,
            lost: corrections.lost,
            waiting: corrections.waiting,
            lastAt: corrections.lastUs === null ? null : at(corrections.lastUs / US_PER_S),
          },
        }),
  };
}

/** In time for the fan; a person also spends time on what the platform has given up, and it would pass for answered. */
export function answeredByPeople({ answered, answeredAfterEnd = 0 }: DeskSummary['messages']): {
  readonly answered: number;
  readonly tooLate: Text;
} {
  const late = formatCount(answeredAfterEnd);
  return {
    answered: answered - answeredAfterEnd,
    tooLate:
      answeredAfterEnd === 0
        ? text('', '')
        : text(`, ${late} more after the platform had given them up`, `，另有 ${late} 条在平台放弃之后才答`),
  };
}

export interface ModelledRow {
  readonly head: Text;
  readonly value: Text;
}

/** Empty for a run. */
export function modelledRows(summary: Summary): ModelledRow[] {
  const { modelledServer: server, desk, traceHash } = summary;
  if (server === undefined || traceHash === undefined) return [];
  return [
    { head: text('server', '服务器'), value: serverWords(server) },
    ...(desk === undefined ? [] : deskRows(desk)),
    { head: text('trace', '轨迹'), value: text(traceHash, traceHash) },
  ];
}

function serverWords(server: NonNullable<Summary['modelledServer']>) {
  const { utilisation, meanWaitMs, waitingPeak, shed, expired, crashed = 0 } = server;
  const lost = formatCount(crashed);
  const [busy, wait] = [formatShare(utilisation), formatDurationS(meanWaitMs / 1e3)];
  const [most, turned] = [formatCount(waitingPeak), formatCount(shed + expired)];
  return text(
    `workers busy ${busy} · mean wait ${wait} · at most ${most} waiting · ${turned} shed or expired${crashed === 0 ? '' : ` · ${lost} in it when it crashed`}`,
    `工作者忙碌 ${busy} · 平均等待 ${wait} · 最多 ${most} 条排队 · 拒收或过期 ${turned} 条${crashed === 0 ? '' : ` · 崩溃时在处理 ${lost} 条`}`,
  );
}

function deskRows({ people, occupancy, inbox, messages, corrections }: DeskSummary): ModelledRow[] {
  const { asked, evicted, waiting, waitingPeak, waitingPeakAt, oldestAgeS, waitP50S, waitP90S } = messages;
  const { answered, tooLate } = answeredByPeople(messages);
  const share = formatPart(answered, asked);
  const oldest = oldestAgeS === null ? undefined : formatDurationS(oldestAgeS);
  const waits = waitP50S === null || waitP90S === null ? undefined : [waitP50S, waitP90S].map(formatDurationS);
  const turnover = inbox.turnoverS === null ? undefined : formatDurationS(inbox.turnoverS);
  return [
    {
      head: text('desk', '人工台'),
      value: text(
        `${formatCount(people)} people at most, busy ${formatShare(occupancy)} of their time`,
        `最多 ${formatCount(people)} 人，忙碌 ${formatShare(occupancy)}`,
      ),
    },
    {
      head: text('for people', '待人工'),
      value: text(
        `${formatCount(asked)} messages: ${formatCount(answered)} answered (${share})${tooLate.en}${waits === undefined ? '' : `, p50 ${waits[0]}, p90 ${waits[1]}`} · ${formatCount(evicted)} overwritten unread · ${formatCount(waiting)} waiting at the close${oldest === undefined ? '' : `, the oldest for ${oldest}`} · at most ${formatCount(waitingPeak)} at ${waitingPeakAt}`,
        `${formatCount(asked)} 条：已答 ${formatCount(answered)} 条（${share}）${tooLate.zh}${waits === undefined ? '' : `，p50 ${waits[0]}，p90 ${waits[1]}`} · 未读即被覆盖 ${formatCount(evicted)} 条 · 收班时仍在等 ${formatCount(waiting)} 条${oldest === undefined ? '' : `，最久 ${oldest}`} · 最多时 ${formatCount(waitingPeak)} 条（${waitingPeakAt}）`,
      ),
    },
    {
      head: text('inbox', '收件箱'),
      value: text(
        `keeps ${formatCount(inbox.capacity)}: ${formatCount(inbox.overwritten)} of ${formatCount(inbox.entered)} overwritten${turnover === undefined ? '' : `, filled anew within ${turnover} at the fastest`}`,
        `保留 ${formatCount(inbox.capacity)} 条：${formatCount(inbox.entered)} 条中 ${formatCount(inbox.overwritten)} 条被覆盖${turnover === undefined ? '' : `，最快 ${turnover} 换过一遍`}`,
      ),
    },
    ...(corrections === undefined ? [] : [{ head: text('corrections', '更正'), value: correctionWords(corrections) }]),
  ];
}

function correctionWords({ wrong, corrected, lost, waiting, lastAt }: NonNullable<DeskSummary['corrections']>): Text {
  const [all, made, gone, left] = [wrong, corrected, lost, waiting].map(formatCount);
  return text(
    `${made} of ${all} wrong replies put right${lastAt === null ? '' : `, the last at ${lastAt}`} · ${gone} could no longer be found · ${left} not reached`,
    `${all} 条错误回复中更正 ${made} 条${lastAt === null ? '' : `，最后一条在 ${lastAt}`} · ${gone} 条已找不到 · ${left} 条未处理`,
  );
}
