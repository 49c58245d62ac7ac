/** What the headline says of outages: when the target was gone, and whether it came back. */
import { formatCount, formatDurationS } from '../../core/units.js';
import type { Summary } from './document.js';
import { causeText, type Text, text, whileFault } from './text.js';

export function outageClause(summary: Summary): Text | undefined {
  const { outages } = summary;
  // The one that lasts, or the one that cost most.
  const weigh = ({ toS, messages }: Summary['outages'][number]) => (toS === null ? Number.POSITIVE_INFINITY : messages);
  const [worst, ...others] = [...outages].sort((a, b) => weigh(b) - weigh(a));
  if (worst === undefined) return undefined;
  const { fromAt, toAt, messages, cause } = worst;
  const count = formatCount(messages);
  const more = others.length === 0 ? '' : `, the worst of ${outages.length} outages`;
  const moreZh = others.length === 0 ? '' : `，共 ${outages.length} 次中断中最严重的一次`;
  const cost = text(
    ` (${count} ${messages === 1 ? 'message' : 'messages'}, ${causeText[cause].en}${more})`,
    `（${count} 条消息，${causeText[cause].zh}${moreZh}）`,
  );
  const said =
    worst.toS === null ? neverBack(summary, cause, fromAt) : away(worst.toS - worst.fromS, cause, fromAt, toAt);
  const fault = faultAt(summary, worst);
  const [en, zh] = fault === undefined ? ['', ''] : [`, ${whileFault(fault).en}`, `，${whileFault(fault).zh}`];
  return text(said.en + en + cost.en, said.zh + zh + cost.zh);
}

/** The fault of the scenario that held for the longest part of it. */
function faultAt({ recovery, durationS }: Summary, { fromS, toS }: Summary['outages'][number]): string | undefined {
  const sharedS = (event: Summary['recovery'][number]) =>
    Math.min(event.endS, toS ?? durationS) - Math.max(event.startS, fromS);
  return recovery
    .filter((event) => event.type === 'fault' && sharedS(event) > 0)
    .sort((a, b) => sharedS(b) - sharedS(a))
    .at(0)?.after;
}

type Cause = Summary['outages'][number]['cause'];

/** A target that lets its connections open may be only slow: what is known is that nothing came in time. */
function neverBack(summary: Summary, cause: Cause, fromAt: string): Text {
  const { answered, late, wrong, misaddressed } = summary.outcomes;
  const isSlow = cause === 'timeout';
  if (answered + late + wrong + misaddressed === 0) {
    return isSlow
      ? text('nothing at all was answered in time', '没有一条得到及时答复')
      : text('the target answered nothing at all', '被测系统没有作出任何答复');
  }
  return isSlow
    ? text(`from ${fromAt} on nothing was answered in time any more`, `自 ${fromAt} 起再没有任何及时的答复`)
    : text(
        `the target stopped answering at ${fromAt} and never came back`,
        `被测系统在 ${fromAt} 停止响应，此后再未恢复`,
      );
}

function away(lengthS: number, cause: Cause, fromAt: string, toAt: string | null): Text {
  const length = formatDurationS(lengthS);
  return cause === 'timeout'
    ? text(
        `from ${fromAt} to ${toAt} nothing was answered in time, for ${length}`,
        `${fromAt} 至 ${toAt} 没有任何及时的答复，历时 ${length}`,
      )
    : text(
        `the target stopped answering at ${fromAt} and was back at ${toAt}, after ${length}`,
        `被测系统在 ${fromAt} 停止响应，${toAt} 恢复，历时 ${length}`,
      );
}
