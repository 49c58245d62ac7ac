/**
 * The slow, obvious version of a run in which no message has to do with another, straight from the text of what the
 * platform does (docs/WECHAT.md §4 and §7): for each message, walk its posts; for each fan, what follows from its end.
 */
import { type DropCause, type Outcome, postFailures } from '../../sim/delivery/end.js';
import { Flag } from '../../sim/ledger/row.js';
import { answerTo, planOf, reactionsOf, START_DAY_US, Template, templates, type World } from './scripted-world.js';

interface Asking {
  readonly fan: number;
  readonly seed: number;
  readonly template: number;
  readonly part: number;
  readonly repeats: number;
  readonly turn: number;
  readonly dueUs: number;
  readonly isPlanned: boolean;
}

/** What a row says of a message, but for its number and the hash of what was shown. */
export interface NaiveRow {
  readonly fan: number;
  readonly template: number;
  readonly intent: number;
  readonly kind: number;
  readonly part: number;
  readonly end: string;
  readonly attempts: number;
  readonly flags: number;
  readonly status: number;
  readonly isShown: boolean;
  readonly dueUs: number;
  readonly sentUs: number;
  readonly lastSentUs: number;
  readonly doneUs: number;
}

interface Walked {
  readonly outcome: Outcome;
  readonly cause?: DropCause | 'limit';
  readonly attempts: number;
  readonly status: number;
  readonly isShown: boolean;
  readonly lastSentUs: number;
  readonly doneUs: number;
}

const MAX_TURNS = 20;

export function playNaively(world: World): NaiveRow[] {
  const plan = planOf(world);
  const reactions = reactionsOf(world);
  const endUs = world.spanMs * 1_000 + 300_000;
  const toPlay: Asking[] = Array.from({ length: plan.length }, (_, row) => ({
    fan: plan.fan[row]!,
    seed: plan.seed[row]!,
    template: plan.template[row]!,
    part: plan.part[row]!,
    repeats: 0,
    turn: 0,
    dueUs: (plan.dueUs[row]! - START_DAY_US) / world.speed,
    isPlanned: true,
  }));
  const rows: NaiveRow[] = [];
  for (let asking = toPlay.pop(); asking !== undefined; asking = toPlay.pop()) {
    const { acknowledgeOnly, intent, kind } = templates[asking.template]!;
    const walked = walk(world, asking);
    const { fan, template, part, dueUs, isPlanned } = asking;
    const { attempts, status, isShown, lastSentUs, doneUs } = walked;
    const end = walked.cause === undefined ? walked.outcome : `${walked.outcome}:${walked.cause}`;
    // In a scripted world every template's fan is shown the notice, and its posts fail for these reasons.
    const isNoticed = postFailures.some((failure) => failure === walked.cause);
    const flags =
      (isPlanned ? 0 : Flag.reactive) | (acknowledgeOnly ? Flag.acknowledgeOnly : 0) | (isNoticed ? Flag.notice : 0);
    rows.push({
      fan,
      template,
      intent,
      kind,
      part,
      end,
      attempts,
      flags,
      status,
      isShown,
      dueUs,
      sentUs: dueUs,
      lastSentUs,
      doneUs,
    });

    // Impatient are those who have seen nothing when their patience ends.
    const child = { ...asking, seed: reactions.newSeed({ ...asking, id: 0 }), isPlanned: false };
    const waitUs = acknowledgeOnly ? undefined : reactions.waitUs({ ...asking, id: 0 });
    const isImpatient = waitUs !== undefined && dueUs + waitUs < endUs && !(isShown && doneUs < dueUs + waitUs);
    if (isImpatient && reactions.whenImpatient({ ...asking, id: 0 }) === 'again')
      toPlay.push({ ...child, repeats: asking.repeats + 1, dueUs: dueUs + waitUs });
    const isRight = walked.outcome === 'answered' || walked.outcome === 'late';
    const next = isRight && asking.turn < MAX_TURNS ? reactions.nextTurn(intent, { ...asking, id: 0 }) : undefined;
    if (next !== undefined && doneUs + next.afterUs < endUs)
      toPlay.push({
        ...child,
        template: Template.turn,
        repeats: 0,
        turn: asking.turn + 1,
        dueUs: doneUs + next.afterUs,
      });
  }
  return rows;
}

/** Post after post until one of them decides. */
function walk(world: World, { seed, template, dueUs }: Asking): Walked {
  const { acknowledgeOnly } = templates[template]!;
  const deadlineUs = world.deadlineMs * 1_000;
  let [sentUs, status] = [dueUs, 0];
  for (let attempts = 1; ; attempts++) {
    const answer = answerTo(world, { seed, template }, attempts);
    const isIn = answer !== undefined && answer.afterUs < deadlineUs;
    const doneUs = sentUs + (isIn ? answer.afterUs : deadlineUs);
    const end = (outcome: Walked['outcome'], cause?: Walked['cause'], isShown = false): Walked => ({
      outcome,
      ...(cause === undefined ? {} : { cause }),
      attempts,
      status,
      isShown,
      lastSentUs: sentUs,
      doneUs,
    });
    const right = doneUs - dueUs > world.promiseMs * 1_000 ? 'late' : 'answered';
    const comes = isIn ? answer.comes : 'nothing';
    if (['right', 'wrong', 'misaddressed', 'acknowledged', 'nonsense'].includes(comes)) status = 200;
    if (comes === 'error') status = 500;
    let failure: DropCause;
    switch (comes) {
      case 'right':
        return acknowledgeOnly ? end('wrong', undefined, true) : end(right, undefined, true);
      case 'wrong':
      case 'misaddressed':
        return end(comes, undefined, true);
      case 'acknowledged':
        return acknowledgeOnly ? end(right) : end('dropped', 'unanswered');
      case 'local':
        return end('unsent', 'limit');
      case 'error':
        if (!world.retryOnStatus) return end('dropped', 'status');
        failure = 'status';
        break;
      case 'nonsense':
      case 'malformed':
        if (!world.retryOnMalformed) return end('dropped', 'malformed');
        failure = 'malformed';
        break;
      case 'nothing':
        failure = 'timeout';
        break;
      default:
        failure = comes;
    }
    if (attempts === world.attempts) return end('dropped', failure);
    sentUs = doneUs + world.gapsMs[Math.min(attempts, world.gapsMs.length) - 1]! * 1_000;
  }
}
