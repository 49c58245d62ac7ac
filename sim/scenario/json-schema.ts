/** The declaration as JSON schema: completion and marks in editors. Committed as scenarios/scenario.schema.json. */
import { z } from 'zod';
import { scenarioSchema } from './schema.js';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Of a scenario as it is written, draft 2020-12. */
export function scenarioJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(scenarioSchema, {
    io: 'input',
    override: ({ jsonSchema }) => describeQuantity(jsonSchema),
  });
  const { $schema, properties, ...rest } = schema;
  return {
    $schema: $schema!,
    $id: 'urn:peakday:scenario',
    title: 'peakday scenario',
    description:
      'A peak day to be rehearsed: who the fans are, what they send and when, what goes wrong, what must hold.',
    ...rest,
    properties: { $schema: { type: 'string', description: 'This schema, for editors.' }, ...properties },
  };
}

/** What a quantity is written like goes into its description; the notes it was made from are ours alone. */
function describeQuantity(schema: JsonSchema): void {
  const { wanted } = schema;
  if (typeof wanted === 'string') {
    const form = `${wanted.charAt(0).toUpperCase()}${wanted.slice(1)}.`;
    schema.description = schema.description === undefined ? form : `${schema.description} ${form}`;
  }
  delete schema.wanted;
  delete schema.quantity;
}
