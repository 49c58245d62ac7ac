import { defineConfig } from 'vitest/config';

const shared = { pool: 'forks', testTimeout: 60_000, hookTimeout: 60_000 } as const;
/** Tests that send at given times: alone on the machine, one file after the other, after all others. */
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

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'pure',
          isolate: false,
          maxWorkers: 2,
          include: ['{core,wechat,server,sim,test,bench}/**/*.test.ts'],
          exclude: [...timed, ...commands, ...long],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...shared,
          name: 'commands',
          include: commands,
          exclude: long,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
      { test: { ...shared, name: 'timed', include: timed, fileParallelism: false, sequence: { groupOrder: 1 } } },
    ],
  },
});
