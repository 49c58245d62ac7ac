import { expect, it } from 'vitest';
import { emptyDocument, hostileDocument, invalidDocument } from './golden/document-variants.js';
import { floralandDocument } from './golden/floraland-document.js';
import { isSchemaOfSummary, summaryJsonSchema, summarySchema } from './summary-schema.js';

it('is the schema of the type, and accepts real documents unchanged', () => {
  expect(isSchemaOfSummary).toBe(true);
  for (const { summary } of [floralandDocument(), invalidDocument(), emptyDocument(), hostileDocument()]) {
    expect(summarySchema.parse(JSON.parse(JSON.stringify(summary)))).toEqual(summary);
  }
});

it('gives a JSON schema that requires today’s fields and allows tomorrow’s', () => {
  const schema = summaryJsonSchema() as { required: string[]; additionalProperties?: unknown; properties: object };
  expect(schema.required).toEqual(Object.keys(floralandDocument().summary));
  expect(schema.additionalProperties).toBeUndefined();
  expect(schema.properties).toHaveProperty('errorWindows');
});
