/** What each metric of a gate is, in words; a metric without words does not compile. */
import type { CountName, LatencyName, LevelName, SpanName } from './threshold.js';

export const latencyWords: Readonly<Record<LatencyName, string>> = {
  response:
    'From when a message was due until its answer. One that is never answered counts as slower than all; the mean alone leaves it out, so say beside it how many must be answered.',
  firstPost: 'The same, of messages settled by their first post.',
  retried: 'The same, of messages that were posted again.',
  service: 'From when it was sent until its answer.',
  sendLag: "From when it was due until it was sent: the generator's own lateness.",
};

export const countWords: Readonly<Record<CountName, string>> = {
  planned: 'Messages of the plan.',
  reactive: 'Messages sent in reaction: written again because no answer came, or a further turn.',
  answered: 'Answered right and within the promise; for events that expect nothing: acknowledged.',
  late: 'Answered right, after the promise.',
  wrong: 'Answered, but not as expected.',
  misaddressed: "Given somebody else's answer.",
  dropped: 'Nothing shown, for any of the causes below.',
  unsent: 'Never sent, by fault of the generator.',
  duplicates: 'Answers to a message that already had one.',
  corrected: 'Wrong answers put right later.',
  notices: "Fans shown the platform's failure notice, because the last post failed.",
  'dropped.timeout': 'No answer within the deadline, at the last attempt.',
  'dropped.refused': 'The connection was refused.',
  'dropped.reset': 'The connection was reset.',
  'dropped.status': 'A status other than 200.',
  'dropped.malformed': 'A body that is no reply.',
  'dropped.blocked': 'A reply the platform does not let through.',
  'dropped.evicted': 'Pushed out of the inbox unread.',
  'dropped.unanswered': 'Acknowledged, but never answered.',
};

export const levelWords: Readonly<Record<LevelName, string>> = {
  'backlog.peak': 'Most messages due and not settled at one time.',
  amplification: 'Posts ÷ messages.',
  errorWindows: 'Spans in which replies were wrong.',
  'rate.achievedMean': 'Messages sent a second, on average.',
  'rate.achievedPeak': 'Messages sent in the busiest second.',
};

export const spanWords: Readonly<Record<SpanName, string>> = {
  recovery: 'After the worst fault or burst, until backlog and response time were back and stayed back.',
  'backlog.drain': 'From the peak of the backlog until it was no overload any more; never where it was only given up.',
};

export const gateScopes: Readonly<Record<string, string>> = {
  'during NAME': 'due in a phase, a part of the traffic, or a fault of that name',
  'during 14:00-14:10': 'due in that time of the day',
  'inside errorWindow': 'due in one of the spans in which replies were wrong',
  'outside errorWindow': 'due in none of them',
};
