import { defineConfig } from 'vitest/config';

const shared = { pool: 'forks', testTimeout: 60_000, hookTimeout: 60_000 } as const;
/** Tests that send at given times: alone on the machine, one file after the other, after all others. */
const timed = ['sim/run/**/!(*.property).test.ts'];
/** Tests that run the built command: mostly waiting, two files at a time. */
const commands = ['test/e2e/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'pure',
          include: ['{core,wechat,server,sim,test,bench}/**/*.test.ts'],
          exclude: [...timed, ...commands],
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...shared, name: 'commands', include: commands, maxWorkers: 2, sequence: { groupOrder: 2 } } },
      { test: { ...shared, name: 'timed', include: timed, fileParallelism: false, sequence: { groupOrder: 1 } } },
    ],
  },
});
