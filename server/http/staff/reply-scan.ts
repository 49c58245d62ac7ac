/** Looks through the stored replies of a span, a page at a time, so that the account goes on answering meanwhile. */
import type { MessageRecord, ReplyRecord } from '../../engine/record.js';
import type { AccountStore, ReplyQuery } from '../../store/account-store.js';

/** Looked at in one go. */
const MOST_REPLIES = 2_000_000;
const PAGE = 1_000;
/** Different texts that are counted; those that carry a fan's own words are each seen once. */
const MOST_TEXTS = 20_000;
/** What people write, and what mends: never what went wrong by itself. */
const byHand = new Set(['desk', 'correction']);

/** By id. False: there were more than it looks at. */
export async function scanReplies(
  store: Pick<AccountStore, 'repliesWith'>,
  query: Omit<ReplyQuery, 'after' | 'limit'>,
  see: (reply: ReplyRecord, message: MessageRecord | undefined) => void,
): Promise<boolean> {
  let after: number | undefined;
  for (let seen = 0; seen < MOST_REPLIES; seen += PAGE) {
    const page = await store.repliesWith({ ...query, after, limit: PAGE });
    for (const { reply, message } of page.rows) see(reply, message);
    after = page.next;
    if (after === undefined) return true;
  }
  return false;
}

interface Told {
  replies: number;
  readonly rules: Map<string, number>;
  readonly firstMs: number;
  lastMs: number;
}

export async function tellTexts(
  store: Pick<AccountStore, 'repliesWith'>,
  { fromMs, toMs, rule }: Pick<ReplyQuery, 'fromMs' | 'toMs' | 'rule'>,
  limit: number,
) {
  const texts = new Map<string, Told>();
  let hasAllTexts = true;
  const hasAllReplies = await scanReplies(store, { fromMs, toMs, rule }, ({ text, rule, atMs }) => {
    if (text === undefined || byHand.has(rule)) return;
    let told = texts.get(text);
    if (told === undefined) {
      if (texts.size >= MOST_TEXTS) {
        hasAllTexts = false;
        return;
      }
      told = { replies: 0, rules: new Map(), firstMs: atMs, lastMs: atMs };
      texts.set(text, told);
    }
    told.replies += 1;
    told.lastMs = atMs;
    told.rules.set(rule, (told.rules.get(rule) ?? 0) + 1);
  });
  const rows = [...texts]
    .sort(([, a], [, b]) => b.rules.size - a.rules.size || b.replies - a.replies)
    .slice(0, limit)
    .map(([text, { rules, ...told }]) => ({
      text,
      ...told,
      rules: [...rules].sort(([, a], [, b]) => b - a).map(([name]) => name),
    }));
  return { rows, isWhole: hasAllReplies && hasAllTexts };
}
