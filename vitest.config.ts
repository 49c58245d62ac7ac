import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const shared = { pool: 'forks', isolate: false, testTimeout: 60_000, hookTimeout: 60_000 } as const;
/** What `npm run lint` and `npm run types` say. */
const checks = ['test/checks.test.ts'];
/** Tests that send at given times: mostly waiting, no more files at a time than there are cores, nothing beside them. */
const timed = ['sim/run/**/!(*.property).test.ts'];
/** Tests that run the built command: mostly waiting, three files at a time. */
const commands = ['test/e2e/**/*.test.ts'];

/** Minutes each, or the whole of a page of docs: left out unless `npm run test:whole` asks for them. */
const long =
  process.env.PEAKDAY_TEST === 'whole'
    ? []
    : [
        'test/hostile.test.ts',
        'test/e2e/dead-thread.test.ts',
        'test/e2e/killed.test.ts',
        'test/e2e/planning-doc.test.ts',
        'test/e2e/probe.test.ts',
        'test/e2e/targets-doc.test.ts',
      ];

/** These take longest, longest first: none of them is begun when the others have come to their end. */
const first = [
  'test/checks',
  'server/store/libsql-store',
  'sim/player/player.property',
  'test/race',
  'server/http/staff/console',
  'sim/report/html-browser',
  'sim/planning/calibrate',
  'sim/planning/planner',
  'sim/run/player',
  'sim/run/ends',
  'sim/run/platform-rules',
  'test/e2e/run',
  'test/e2e/modes',
  'test/e2e/bad-days',
  'test/e2e/foreign-server',
  'test/e2e/crash',
  'test/e2e/reply-later',
  'test/e2e/other-target',
  'test/e2e/retry-storm',
  'test/e2e/simulate',
].map((name) => `/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = first.findIndex((name) => moduleId.endsWith(name));
      return at === -1 ? first.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...shared, name: 'checks', include: checks, maxWorkers: 2, sequence: { groupOrder: 0 } } },
      {
        test: {
          ...shared,
          name: 'pure',
          maxWorkers: 2,
          include: ['{core,wechat,server,sim,test,bench}/**/*.test.ts'],
          exclude: [...checks, ...timed, ...commands, ...long],
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...shared, name: 'timed', include: timed, maxWorkers: 2, sequence: { groupOrder: 1 } } },
      {
        test: {
          ...shared,
          name: 'commands',
          include: commands,
          // A machine that is busy with other things needs a while for three runs in a row.
          testTimeout: 180_000,
          hookTimeout: 180_000,
          exclude: long,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
