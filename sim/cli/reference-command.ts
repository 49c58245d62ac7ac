/** `peakday reference` (for developers): writes what is generated from the schemas. */
import { writeFileSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import { openApiText } from '../../server/http/staff/openapi.js';
import { summaryJsonSchema } from '../report/summary-schema.js';
import { scenarioJsonSchema } from '../scenario/json-schema.js';
import { scenarioReference } from '../scenario/reference-page.js';

export const referenceCommand: CommandModule = {
  command: 'reference',
  describe: false,
  async handler() {
    for (const [path, content] of Object.entries(await generatedFiles())) writeFileSync(path, content);
  },
};

/** By path from the top of the repository. */
export async function generatedFiles(): Promise<Record<string, string>> {
  return {
    'scenarios/scenario.schema.json': `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`,
    'docs/summary.schema.json': `${JSON.stringify(summaryJsonSchema(), null, 2)}\n`,
    'docs/SCENARIO.md': scenarioReference(),
    'docs/openapi.json': await openApiText(),
  };
}
