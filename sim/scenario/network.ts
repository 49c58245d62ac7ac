/** What goes wrong on the way to the target, when, for how long, for which connections. Played by a proxy in between. */
import { z } from 'zod';
import { duration, moment, share } from './codecs.js';

/** Bytes per second on the wire. */
export type BytesPerSecond = number;

const bytesPerUnit: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1_024,
  MiB: 1_048_576,
  kbit: 125,
  Mbit: 125_000,
};

/** `64kB/s`, `1.5MiB/s`, `256kbit/s` -> bytes per second; undefined when it is none, or less than 1 B/s. */
export function parseByteRate(text: string): BytesPerSecond | undefined {
  const match = /^(\d+(?:\.\d+)?)(B|kB|MB|GB|KiB|MiB|kbit|Mbit)\/s$/.exec(text.replace(/\s+/g, ''));
  const bytesPerS = match ? Number(match[1]) * bytesPerUnit[match[2]!]! : 0;
  return bytesPerS >= 1 && bytesPerS < 1e15 ? bytesPerS : undefined;
}

/** The inverse, in the largest decimal unit that keeps every bit. */
function encodeByteRate(bytesPerS: BytesPerSecond): string {
  const texts = ['GB', 'MB', 'kB'].flatMap((unit) => {
    const amount = Number((bytesPerS / bytesPerUnit[unit]!).toPrecision(12));
    return amount >= 1 ? [`${amount}${unit}/s`] : [];
  });
  return texts.find((text) => parseByteRate(text) === bytesPerS) ?? `${bytesPerS}B/s`;
}

const wantedByteRate = 'a byte rate with its unit, at least "1B/s", like "64kB/s", "2MB/s" or "256kbit/s"';

export const byteRate = z
  .codec(z.string(wantedByteRate), z.number(), {
    decode: (text, context) => {
      const bytesPerS = parseByteRate(text);
      if (bytesPerS !== undefined) return bytesPerS;
      const message = `${JSON.stringify(text)} is not ${wantedByteRate}`;
      context.issues.push({ code: 'custom', input: text, message });
      return z.NEVER;
    },
    encode: encodeByteRate,
  })
  .meta({
    quantity: 'byte rate',
    wanted: wantedByteRate,
    pattern: '^\\s*\\d+(\\.\\d+)?\\s*(B|kB|MB|GB|KiB|MiB|kbit|Mbit)\\s*/\\s*s\\s*$',
  });

const common = {
  name: z.string().min(1).max(60).optional().describe('Shown in reports. Default: what it does.'),
  at: moment.describe('When it begins.'),
  for: duration.describe('How long it lasts, in the time of the scenario.'),
  share: share.optional().describe('The share of connections it hits, drawn for each; default all.'),
};

export const networkFaultSchema = z.discriminatedUnion('do', [
  z
    .strictObject({
      do: z.literal('delay'),
      ...common,
      by: duration.describe('What each direction takes longer; wire time, whatever the speed.'),
      jitter: duration.prefault('0s').describe('Up to so much more or less, drawn each time; the order stays.'),
    })
    .describe('All that is sent arrives later, both ways.'),
  z
    .strictObject({
      do: z.literal('bandwidth'),
      ...common,
      limit: byteRate.describe('What each direction of a connection carries; wire time, whatever the speed.'),
    })
    .describe('Each connection carries only so much, each way.'),
  z
    .strictObject({ do: z.literal('reset'), ...common })
    .describe('Open connections are reset at once, new ones with their first byte.'),
  z
    .strictObject({ do: z.literal('black-hole'), ...common })
    .describe('Connections are made, and nothing gets through either way; what was under way arrives when it is over.'),
  z
    .strictObject({ do: z.literal('half-close'), ...common })
    .describe(
      'The target hears everything and its answers are cut off: a FIN instead; new connections get it with their first byte.',
    ),
  z
    .strictObject({ do: z.literal('refuse'), ...common })
    .describe('New connections are refused, all of them; open ones stay.'),
]);

/** Durations are seconds, `limit` is bytes per second. */
export type NetworkFault = z.output<typeof networkFaultSchema>;
