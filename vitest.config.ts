import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{core,wechat,server,sim,test}/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 30_000,
  },
});
