/** What is wrong with a fault somebody asks for, in words. */

interface Field {
  readonly type: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

export interface FaultForm {
  /** `do` among them, with its one value. */
  readonly properties: Readonly<Record<string, object>>;
  readonly required: readonly string[];
}

/** All of it at once; empty: nothing is known to be wrong. `forms`: by what they do. */
export function faultProblems(body: unknown, forms: Readonly<Record<string, FaultForm>>): string[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return ['send an object like {"do": "stall", "for": 5}'];
  }
  const said = body as Readonly<Record<string, unknown>>;
  const kind = said.do;
  const form = typeof kind === 'string' && Object.hasOwn(forms, kind) ? forms[kind] : undefined;
  if (form === undefined) return [`"do" must be one of ${Object.keys(forms).join(', ')}`];
  const { properties, required } = form;
  const known = Object.keys(properties);
  const problems = required
    .filter((name) => said[name] === undefined)
    .map((name) => `"${name}" is missing: ${wanted(properties[name] as Field)}`);
  for (const [name, value] of Object.entries(said)) {
    if (!known.includes(name)) problems.push(`"${name.slice(0, 60)}" is not known; known are ${known.join(', ')}`);
    else if (name !== 'do' && value !== undefined && !fits(value, properties[name] as Field))
      problems.push(`"${name}" must be ${wanted(properties[name] as Field)}`);
  }
  if (said.share !== undefined && said.fans !== undefined) problems.push('say "share" or "fans", not both');
  return problems;
}

function fits(value: unknown, { type, minimum, exclusiveMinimum, maximum, maxLength }: Field): boolean {
  if (type === 'string') return typeof value === 'string' && value !== '' && [...value].length <= (maxLength ?? 0);
  if (type === 'boolean') return typeof value === 'boolean';
  return (
    typeof value === 'number' &&
    (type !== 'integer' || Number.isInteger(value)) &&
    value >= (minimum ?? Number.NEGATIVE_INFINITY) &&
    value > (exclusiveMinimum ?? Number.NEGATIVE_INFINITY) &&
    value <= (maximum ?? Number.POSITIVE_INFINITY)
  );
}

function wanted({ type, minimum, exclusiveMinimum, maximum, maxLength }: Field): string {
  if (type === 'string') return `a text of 1 to ${maxLength} characters`;
  if (type === 'boolean') return 'true or false';
  const from = exclusiveMinimum === undefined ? `from ${minimum}` : `above ${exclusiveMinimum},`;
  return `a ${type === 'integer' ? 'whole number' : 'number'} ${from} ${exclusiveMinimum === undefined ? 'to' : 'up to'} ${maximum}`;
}
