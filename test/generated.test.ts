import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generatedFiles } from '../sim/cli/generated-files.js';

it.each(Object.entries(await generatedFiles()))(
  '%s is as the schemas make it (else: npm run generate)',
  (path, content) => {
    expect(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')).toBe(content);
  },
);
