/** What kept a target down that never recovered, in words; shared by all renderers. */
import { formatCount } from '../../core/units.js';
import type { Summary } from './document.js';
import { formatPart } from './figures.js';
import { type Text, text } from './text.js';

type Storm = NonNullable<Summary['recovery'][number]['retryStorm']>;

export interface StormEvent {
  /** The event's name, as the user wrote it. */
  readonly after: string;
  readonly storm: Storm;
}

/** The first event that retries kept the target from recovering from: those after it met a target that was down. */
export function stormIn({ recovery }: Summary): StormEvent | undefined {
  const event = recovery.find(({ retryStorm }) => retryStorm !== undefined);
  return event?.retryStorm && { after: event.after, storm: event.retryStorm };
}

/** A clause without its full stop. */
export function stormClause({ after, storm }: StormEvent): Text {
  const [messages, posts, proven] = [storm.messagesPerSecond, storm.postsPerSecond, storm.provenPerSecond].map(
    formatCount,
  );
  const times = storm.amplification.toFixed(2);
  const before = storm.amplificationBefore?.toFixed(2);
  const dropped = formatPart(storm.droppedShare, 1);
  const load = loadWords(storm);
  return text(
    `the retries alone kept the server overloaded after “${after}”: ${messages} messages/s became ${posts} posts/s (${times} a message${before === undefined ? '' : `, ${before} before`}), and it was seen to answer ${proven}/s${load.en}; ${dropped} of these messages got no reply, until the end`,
    `“${after}”之后，仅重投就使服务器一直过载：每秒 ${messages} 条消息变成 ${posts} 次投递（每条 ${times} 次${before === undefined ? '' : `，此前 ${before} 次`}），而它最多每秒答复过 ${proven} 条${load.zh}；直到结束，其间 ${dropped} 的消息没有得到回复`,
  );
}

/** Known of the reference server only. */
function loadWords({ load, amplification }: Storm): Text {
  if (load === undefined) return text('', '');
  const [rho, times, product] = [load, amplification, load * amplification].map((value) => value.toFixed(2));
  return text(
    `, its load of ${rho} × ${times} posts being ${product}`,
    `，负载 ${rho} × 每条 ${times} 次投递 = ${product}`,
  );
}
