/** In the API's document: whoever changes something says who they are. `Office.person` asks for it. */
import { jsonSchemaTransform } from 'fastify-type-provider-zod';

/** Changes nothing, though it is sent as a POST. */
const NAMELESS = 'previewCorrection';

const personHeader = {
  type: 'object',
  required: ['X-Person'],
  properties: {
    'X-Person': {
      type: 'string',
      description: 'In whose name, percent-encoded: `%E6%9D%8E%E5%A8%9C` is 李娜. 1 to 60 characters; 403 without it.',
    },
  },
};

export const withPerson: typeof jsonSchemaTransform = (route) => {
  const told = jsonSchemaTransform(route);
  const { method } = route.route;
  const isReading = [method].flat().every((name) => name === 'GET' || name === 'HEAD');
  if (isReading || (told.schema as { operationId?: string }).operationId === NAMELESS) return told;
  return { ...told, schema: { ...told.schema, headers: personHeader } };
};
