/** What is wrong with a request's shape, in words of this house instead of the validator's. */

/** As the validator tells it: `keyword` is zod's code. */
export interface ShapeIssue {
  readonly keyword: string;
  readonly message?: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

export function issueInWords({ keyword, message = 'It does not fit', params }: ShapeIssue): string {
  const { expected, values, minimum, maximum, origin, keys } = params;
  switch (keyword) {
    case 'invalid_type': {
      const wanted = kinds[String(expected)] ?? String(expected);
      return /received undefined$/.test(message) ? `It is missing: ${wanted}.` : `It must be ${wanted}.`;
    }
    case 'invalid_value':
      return `It must be one of ${(values as readonly unknown[]).join(', ')}.`;
    case 'unrecognized_keys':
      return `There is no ${(keys as readonly string[]).map((key) => JSON.stringify(key.slice(0, 60))).join(', ')} here.`;
    case 'too_small':
      if (origin === 'string' || origin === 'array')
        return minimum === 1 ? 'It is empty.' : `It has fewer than ${minimum}.`;
      return `It must be at least ${minimum}.`;
    case 'too_big':
      if (origin === 'string') return `It has more than ${maximum} characters.`;
      return origin === 'array' ? `There are more than ${maximum}.` : `It must be at most ${maximum}.`;
    default:
      return message.endsWith('.') ? message : `${message}.`;
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};
