/** `peakday reference` (for developers): writes what is generated from the schemas. */
import { writeFileSync } from 'node:fs';
import type { CommandModule } from 'yargs';

export const referenceCommand: CommandModule = {
  command: 'reference',
  describe: false,
  async handler() {
    // Loaded only here: the other commands start without it.
    const { generatedFiles } = await import('./generated-files.js');
    for (const [path, content] of Object.entries(await generatedFiles())) writeFileSync(path, content);
  },
};
