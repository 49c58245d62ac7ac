/** The machine and the versions a run was made with: stands in every report. */
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import type { Summary } from './document.js';

export function describeEnvironment(): Summary['environment'] {
  return {
    peakday: packageVersion(),
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    os: `${platform()} ${release()} ${arch()}`,
  };
}

/** From package.json, two levels above in the source and three above in dist/. */
export function packageVersion(): string {
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
      if (name === 'peakday') return String(version);
    } catch {
      // The other place.
    }
  }
  return 'unknown';
}
