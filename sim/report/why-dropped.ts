/** Why messages got no reply, in plain words: the causes of the ledger as a person would tell them, in both languages. */
import { formatCount, formatDurationS } from '../../core/units.js';
import { type DropCause, dropCauses } from '../delivery/end.js';
import type { Summary } from './document.js';
import { causeText, type Text, text, whileFault } from './text.js';

/** `690 got no reply at all, 669 of them because the target …`; undefined when all got one. */
export function whyDropped(summary: Summary): Text | undefined {
  const why = causesOf(summary);
  const fault = faultDuring(summary);
  return why && fault ? text(why.en + fault.en, why.zh + fault.zh) : why;
}

/** An outage tells of its fault itself. */
function faultDuring({ droppedDetail, outages, outcomes }: Summary): Text | undefined {
  const during = droppedDetail?.duringFault;
  if (during === undefined || outages.length > 0 || during.messages * 2 < outcomes.dropped) return undefined;
  const count = formatCount(during.messages);
  return during.messages === outcomes.dropped
    ? text(`, ${whileFault(during.name).en}`, `，${whileFault(during.name).zh}`)
    : text(`; ${count} of them ${whileFault(during.name).en}`, `；其中 ${count} 条${whileFault(during.name).zh}`);
}

function causesOf(summary: Summary): Text | undefined {
  const total = summary.outcomes.dropped;
  if (total === 0) return undefined;
  const [cause, ...others] = dropCauses
    .filter((name) => summary.dropped[name] > 0)
    .sort((a, b) => summary.dropped[b] - summary.dropped[a]);
  const dropped = formatCount(total);
  const silence = text(`${dropped} got no reply at all`, `${dropped} 条完全没有回复`);
  const count = cause === undefined ? 0 : summary.dropped[cause];
  if (cause === undefined || count * 2 < total) {
    const shares = [...(cause === undefined ? [] : [cause]), ...others];
    const list = (language: keyof Text) =>
      shares.map((name) => `${causeText[name][language]} ${formatCount(summary.dropped[name])}`);
    return text(`${silence.en} (${list('en').join(', ')})`, `${silence.zh}（${list('zh').join('，')}）`);
  }
  const reason = reasonOf(cause, summary);
  if (count === total) return text(`${silence.en}: ${reason.en}`, `${silence.zh}：${reason.zh}`);
  return text(
    `${silence.en}, ${formatCount(count)} of them because ${reason.en}`,
    `${silence.zh}，其中 ${formatCount(count)} 条是因为${reason.zh}`,
  );
}

function reasonOf(cause: DropCause, summary: Summary): Text {
  const ofQueue = summary.target.queue === true ? queueReasons[cause] : undefined;
  if (ofQueue !== undefined) return ofQueue;
  switch (cause) {
    case 'timeout':
      return timeoutReason(summary);
    case 'refused':
      return text(
        'no connection to the target could be made: nobody listened there, or it turned us away',
        '无法与被测系统建立连接：没有程序在监听，或连接被拒',
      );
    case 'reset':
      return text('the target broke the connection before its answer was whole', '被测系统在答复完整之前就断开了连接');
    case 'status':
      return statusReason(summary);
    case 'malformed':
      if (summary.droppedDetail?.unencrypted === true) {
        return text(
          'the target replied unencrypted, and in safe mode the platform takes encrypted replies only',
          '被测系统回复了明文，而安全模式下平台只接受加密的回复',
        );
      }
      return text(
        'the target answered with something that is no reply, and the platform posts no such message again',
        '被测系统返回的内容不是合法的回复，平台对此不会重投',
      );
    case 'blocked':
      return text(
        'the platform, after too many failures, was pushing nothing to the target',
        '失败过多，平台已暂停向被测系统投递',
      );
    case 'evicted':
      return text('they were pushed out of the inbox before anyone read them', '它们未读即被挤出收件箱');
    case 'unanswered':
      return unansweredReason(summary);
  }
}

/** A plain queue has customers, and neither platform nor deadline. */
const queueReasons: Partial<Readonly<Record<DropCause, Text>>> = {
  timeout: text('they lost patience and left before a server was free', '等不及空闲的服务台而离开'),
  status: text('every place to wait was taken, and they were turned away', '等待位已满而被拒之门外'),
};

/** What was sent and refused is not the same as what was never sent. */
function unansweredReason({ droppedDetail, dropped }: Summary): Text {
  const calls = droppedDetail?.refusedCalls;
  if (calls === undefined || calls.refused * 2 < dropped.unanswered) {
    return text('the target acknowledged them and never sent a reply', '被测系统确认了收到，却一直没有回复');
  }
  const [refused, all] = [formatCount(calls.refused), formatCount(calls.calls)];
  return text(
    `the target acknowledged them, and the platform’s API refused ${refused} of its ${all} calls, mostly with ${calls.code} (${calls.words})`,
    `被测系统确认了收到，但它对平台接口的 ${all} 次调用中有 ${refused} 次被拒，多为 ${calls.code}（${calls.words}）`,
  );
}

function timeoutReason({ droppedDetail, dropped }: Summary): Text {
  if (droppedDetail === null)
    return text('the target took longer than the platform’s deadline', '被测系统超过了平台的时限');
  const { attempts, everyPostTimedOut } = droppedDetail;
  const deadline = formatDurationS(droppedDetail.deadlineMs / 1e3);
  if (everyPostTimedOut < dropped.timeout) {
    return text(
      `the target took longer than the platform’s deadline of ${deadline} for the last post of each`,
      `被测系统对每条消息的最后一次投递都超过了平台的 ${deadline} 时限`,
    );
  }
  if (attempts === 1) {
    return text(
      `the target took longer than the platform’s deadline of ${deadline}, and the platform posts only once`,
      `被测系统超过了平台的 ${deadline} 时限，而平台只投递一次`,
    );
  }
  return text(
    `the target took longer than the platform’s deadline of ${deadline} for every post, so all ${attempts} posts of each message were cut`,
    `被测系统对每次投递都超过了平台的 ${deadline} 时限，每条消息的 ${attempts} 次投递全被切断`,
  );
}

function statusReason({ droppedDetail }: Summary): Text {
  const statuses = droppedDetail?.statuses ?? [];
  if (statuses.length === 0) return text('the target answered with an error status', '被测系统返回了错误状态');
  const [only, ...more] = statuses.map(({ status }) => status);
  if (more.length === 0)
    return text(`the target answered with status ${only} instead of 200`, `被测系统返回状态 ${only} 而不是 200`);
  const list = statuses.map(({ status, messages }) => `${status} (${formatCount(messages)})`);
  return text(
    `the target answered with other statuses than 200: ${list.join(', ')}`,
    `被测系统返回的状态不是 200：${list.join('，')}`,
  );
}
