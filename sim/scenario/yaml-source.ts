/** A scenario written as YAML (or JSON, which is YAML): its value, and the line and column of everything in it. */
import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
} from 'yaml';
import type { Problem } from '../../core/problem.js';
import type { Path, Place } from './finding.js';

/** Aliases may unfold to this many nodes an anchor: enough to share a list, too few for a billion laughs. */
const maxAliasCount = 1_000;

export interface YamlSource {
  /** Undefined when the text could not be read at all. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Of the value at the path, or of its key; when it is not there, of the nearest thing around it. */
  place(path: Path, onKey?: boolean): Place | undefined;
}

export function readYaml(text: string, file: string): YamlSource {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, merge: true });
  const root: Node | null = document.contents;
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problems: Problem[] = document.errors.map((error) => ({
    ...placeAt(error.pos[0]),
    message: error.code === 'MULTIPLE_DOCS' ? 'only one document a file; take the `---` away' : sentence(error.message),
  }));
  const place = (path: Path, onKey = false): Place | undefined => {
    const offset = root ? offsetOf(root, path, onKey, document) : undefined;
    return offset === undefined ? undefined : placeAt(offset);
  };
  // A key that stands twice is told together with everything else; after other errors the value means nothing.
  if (document.errors.some((error) => error.code !== 'DUPLICATE_KEY')) return { value: undefined, problems, place };
  if (root === null || (isScalar(root) && root.value === null)) {
    return { value: undefined, problems: [...problems, { file, message: 'the scenario is empty' }], place };
  }
  try {
    return { value: document.toJS({ maxAliasCount }), problems, place };
  } catch (error) {
    const isBomb = (error as Error).message.startsWith('Excessive alias count');
    const message = isBomb ? 'its aliases (`*name`) unfold to far too much; write it out' : (error as Error).message;
    return { value: undefined, problems: [...problems, { file, message }], place };
  }
}

type Document = ReturnType<typeof parseDocument>;

function offsetOf(root: Node, path: Path, onKey: boolean, document: Document): number | undefined {
  let node: Node | null | undefined = root;
  let offset = start(root);
  for (const [depth, key] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (!isCollection(node)) return offset;
    const isLast = depth === path.length - 1;
    const found: { key?: Node; value: Node | null } | undefined = entry(node, key);
    if (!found) return offset;
    // Something missing further down is told at the key it is missing under.
    offset = start(found.key) ?? start(found.value) ?? offset;
    if (isLast && !onKey) offset = start(found.value) ?? offset;
    node = found.value;
  }
  return offset;
}

function entry(node: Node, key: string | number): { key?: Node; value: Node | null } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(key)] as ParsedNode | undefined;
    return item === undefined ? undefined : { value: item };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
  return pair && { key: pair.key as Node, value: (pair.value ?? null) as Node | null };
}

function start(node: Node | null | undefined): number | undefined {
  return node?.range?.[0];
}

function sentence(message: string): string {
  return message.replace(/^Map keys must be unique$/, 'this key stands twice in the same map; keep one of them');
}
