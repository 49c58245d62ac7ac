/** The headline: what happened, in one sentence, in both languages. */
import { formatCount, formatDurationS } from '../../core/units.js';
import type { Summary } from './document.js';
import { accounted, formatPart, formatRate, played } from './figures.js';
import { answeredByPeople } from './modelled.js';
import { outageClause } from './outage-story.js';
import { stormClause, stormIn } from './storm.js';
import { type Text, text } from './text.js';
import { whyDropped } from './why-dropped.js';

export function tellStory(summary: Summary): Text {
  const clauses = [
    lateClause(summary),
    wrongClause(summary),
    whyDropped(summary),
    outageClause(summary),
    backlogClause(summary),
    evictedClause(summary),
    peopleClause(summary),
    stormOf(summary),
    unsentClause(summary),
  ].filter((clause) => clause !== undefined);
  const opening = openingClause(summary);
  return {
    en: `${[opening, ...clauses].map(({ en }) => en).join('; ')}.`,
    zh: `${[opening, ...clauses].map(({ zh }) => zh).join('；')}。`,
  };
}

function openingClause(summary: Summary): Text {
  const total = played(summary);
  const messages = formatCount(total);
  const answered = formatPart(summary.outcomes.answered, total);
  const peak = formatRate(summary.rate.achievedPeakPerSecond);
  if (summary.unsent.interrupted > 0) {
    const all = formatCount(accounted(summary));
    return text(
      `${messages} of ${all} messages were played before the run was stopped, up to ${peak}: ${answered} of them answered in time`,
      `运行中断前执行了 ${all} 条消息中的 ${messages} 条，最高 ${peak}：其中 ${answered} 按时答对`,
    );
  }
  return text(
    `${messages} ${total === 1 ? 'message' : 'messages'}, up to ${peak}: ${answered} answered in time`,
    `共 ${messages} 条消息，最高 ${peak}：${answered} 按时答对`,
  );
}

function lateClause({ outcomes }: Summary): Text | undefined {
  if (outcomes.late === 0) return undefined;
  const late = formatCount(outcomes.late);
  return text(`${late} ${outcomes.late === 1 ? 'was' : 'were'} late`, `${late} 条迟到`);
}

function wrongClause({ outcomes, errorWindows }: Summary): Text | undefined {
  const replies = outcomes.wrong + outcomes.misaddressed;
  if (replies === 0) return undefined;
  const [window, ...others] = [...errorWindows].sort((a, b) => b.fans - a.fans);
  if (window === undefined) {
    return text(`${formatCount(replies)} replies were wrong`, `${formatCount(replies)} 条回复有误`);
  }
  const fans = formatCount(window.fans);
  // Somebody else's reply is worse than a wrong one, and must not pass for it.
  const isAlone = window.misaddressed === 0;
  const more = others.length === 0 ? '' : `, in the worst of ${errorWindows.length} error windows`;
  const moreZh = others.length === 0 ? '' : `（${errorWindows.length} 个出错时段中最严重的一个）`;
  // A window is drawn tightly: what lies outside must not be forgotten.
  const outside = replies - errorWindows.reduce((sum, { wrong, misaddressed }) => sum + wrong + misaddressed, 0);
  const beside =
    outside > 0
      ? `, and ${formatCount(outside)} more ${outside === 1 ? 'reply was' : 'replies were'} wrong at other times`
      : '';
  const besideZh = outside > 0 ? `，其他时间另有 ${formatCount(outside)} 条错误回复` : '';
  return text(
    `${fans} ${window.fans === 1 ? 'fan' : 'fans'} got ${isAlone ? 'a wrong reply' : window.wrong === 0 ? 'somebody else’s reply' : 'a wrong or somebody else’s reply'} between ${window.fromAt} and ${window.toAt}${more}${beside}`,
    `${window.fromAt} 至 ${window.toAt} 之间有 ${fans} 位粉丝收到${isAlone ? '错误回复' : window.wrong === 0 ? '他人的回复' : '错误或他人的回复'}${moreZh}${besideZh}`,
  );
}

function backlogClause({ backlog }: Summary): Text | undefined {
  if (backlog.peak === 0) return undefined;
  const peak = formatCount(backlog.peak);
  if (backlog.drainS === null) {
    return text(
      `the backlog peaked at ${peak} at ${backlog.peakAt} and was not worked off within the run`,
      `积压在 ${backlog.peakAt} 达到峰值 ${peak}，在运行期间未被消化`,
    );
  }
  if (backlog.drainS === 0) {
    return text(
      `the backlog peaked at ${peak} at ${backlog.peakAt}, which was no overload`,
      `积压在 ${backlog.peakAt} 达到峰值 ${peak}，未过载`,
    );
  }
  const drain = formatDurationS(backlog.drainS);
  return text(
    `the backlog peaked at ${peak} at ${backlog.peakAt} and drained in ${drain}`,
    `积压在 ${backlog.peakAt} 达到峰值 ${peak}，用 ${drain} 消化`,
  );
}

function evictedClause(summary: Summary): Text | undefined {
  const { backlog, desk } = summary;
  // Those who could not be answered are told of with all that waited for people.
  if (backlog.evicted === 0 || (desk !== undefined && peopleClause(summary) !== undefined)) return undefined;
  const evicted = formatCount(backlog.evicted);
  return text(`${evicted} were pushed out of the inbox unread`, `${evicted} 条未读即被挤出收件箱`);
}

/** As much of what waited for people may stay unanswered untold: a few that came shortly before the close. */
const UNTOLD_SHARE = 0.05;

function peopleClause({ desk }: Summary): Text | undefined {
  if (desk === undefined) return undefined;
  const { asked, evicted, waiting } = desk.messages;
  const { answered, tooLate } = answeredByPeople(desk.messages);
  if (asked - answered <= asked * UNTOLD_SHARE) return undefined;
  const [all, done, lost, left] = [asked, answered, evicted, waiting].map(formatCount);
  const share = formatPart(answered, asked);
  const [messages, were] = [asked === 1 ? 'message' : 'messages', answered === 1 ? 'was' : 'were'];
  return text(
    `of ${all} ${messages} for people ${done} (${share}) ${were} answered${tooLate.en}${evicted === 0 ? '' : `, ${lost} overwritten unread`}${waiting === 0 ? '' : `, ${left} still waiting at the close`}`,
    `待人工的 ${all} 条消息中已答 ${done} 条（${share}）${tooLate.zh}${evicted === 0 ? '' : `，未读即被覆盖 ${lost} 条`}${waiting === 0 ? '' : `，收班时仍在等 ${left} 条`}`,
  );
}

function unsentClause({ unsent: { limit } }: Summary): Text | undefined {
  if (limit === 0) return undefined;
  const unsent = formatCount(limit);
  return text(`${unsent} were never sent`, `${unsent} 条未能发出`);
}

function stormOf(summary: Summary): Text | undefined {
  const event = stormIn(summary);
  return event && stormClause(event);
}
