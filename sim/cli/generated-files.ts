/** What is generated from the schemas. */
import { openApiText } from '../../server/http/staff/openapi.js';
import { summaryJsonSchema } from '../report/summary-schema.js';
import { scenarioJsonSchema } from '../scenario/json-schema.js';
import { scenarioReference } from '../scenario/reference-page.js';

/** By path from the top of the repository. */
export async function generatedFiles(): Promise<Record<string, string>> {
  return {
    'scenarios/scenario.schema.json': `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`,
    'docs/summary.schema.json': `${JSON.stringify(summaryJsonSchema(), null, 2)}\n`,
    'docs/SCENARIO.md': scenarioReference(),
    'docs/openapi.json': await openApiText(),
  };
}
