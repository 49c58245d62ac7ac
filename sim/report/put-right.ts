/** How the wrong replies of an error window were put right, in one sentence. */
import { formatCount } from '../../core/units.js';
import type { Summary } from './document.js';
import { type Text, text } from './text.js';

type ErrorWindow = Summary['errorWindows'][number];

/** Undefined: nobody was put right, and all could still be found. */
export function putRightText({
  fromAt,
  toAt,
  wrong,
  misaddressed,
  corrected,
  putRight,
}: ErrorWindow): Text | undefined {
  if (putRight === undefined) return undefined;
  const { firstAt, lastAt, pushedOut, inboxCapacity } = putRight;
  if (firstAt === null && pushedOut === 0) return undefined;
  const [all, made, gone, size] = [wrong + misaddressed, corrected, pushedOut, inboxCapacity].map(formatCount);
  const [done, doneZh] =
    firstAt === null
      ? ['none was put right', '没有一条更正']
      : [
          `${made} of ${all} were put right from ${firstAt} to ${lastAt}`,
          `${all} 条中有 ${made} 条在 ${firstAt} 至 ${lastAt} 更正`,
        ];
  const [when, whenZh] =
    firstAt === null ? ['by the end', '到结束时'] : ['before that, or by the end', '在此之前或到结束时'];
  const [lost, lostZh] =
    pushedOut === 0
      ? [`each was still among the latest ${size} messages of the inbox`, `都还在收件箱最近的 ${size} 条之内`]
      : [
          `${when}, ${gone} were no longer among the latest ${size} messages of the inbox: by hand nobody would have found them`,
          `${whenZh}，${gone} 条已不在收件箱最近的 ${size} 条之内，人工已经找不到`,
        ];
  return text(`${fromAt}–${toAt}: ${done}; ${lost}`, `${fromAt}–${toAt}：${doneZh}；${lostZh}`);
}
