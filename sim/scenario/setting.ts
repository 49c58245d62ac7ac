/**
 * One value of a scenario said on the command line: `server.workers=8`, `traffic.answers.each=200000`. The path goes
 * through keys and through lists by number or by name; the value is read as YAML, as in the file. Whether it belongs there
 * is for the schema to say, with everything else.
 */
import { parse } from 'yaml';
import type { Problem } from '../../core/problem.js';
import type { Path } from './finding.js';
import { child, suggestion } from './schema-walk.js';

export interface Setting {
  /** As typed, without the value: `traffic.answers.each`. */
  readonly name: string;
  readonly value: unknown;
}

/** A string is the message for the user. */
export function parseSetting(text: string): Setting | string {
  const match = /^\s*([^\s=]+?)\s*=\s*(.+?)\s*$/s.exec(text);
  if (!match) return `${JSON.stringify(text)} sets nothing; write PATH=VALUE, like server.workers=8`;
  const [, name = '', written = ''] = match;
  if (!isPath(name)) return `${JSON.stringify(name)} is not a path like server.workers`;
  try {
    return { name, value: parse(written, { maxAliasCount: 0 }) };
  } catch {
    return `${JSON.stringify(written)} is not a value; put a text with special characters in quotes`;
  }
}

export function isPath(name: string): boolean {
  const keys = name.split('.');
  return keys.every((key) => key !== '' && key !== '__proto__' && key !== 'constructor' && key !== 'prototype');
}

export interface SetInput {
  readonly input: unknown;
  /** Where each setting went, as the schema counts; undefined: nowhere. */
  readonly paths: readonly (Path | undefined)[];
  readonly problems: readonly Problem[];
}

/** Does not change `input`. What a setting steps through and is not there is made, so that the schema can judge it. */
export function withSettings(input: unknown, settings: readonly Setting[]): SetInput {
  const problems: Problem[] = [];
  const root = structuredClone(input);
  const paths = settings.map((setting) => {
    const path = set(root, setting);
    if (typeof path !== 'string') return path;
    problems.push({ path: `--set ${setting.name}`, message: path });
    return undefined;
  });
  return { input: root, paths, problems };
}

function set(root: unknown, { name, value }: Setting): Path | string {
  const keys = name.split('.');
  const path: (string | number)[] = [];
  let at = root;
  for (const [depth, key] of keys.entries()) {
    const place = Array.isArray(at) ? placeIn(at, key, keys.slice(0, depth).join('.')) : { key };
    if (typeof place === 'string') return place;
    if (at === null || typeof at !== 'object')
      return `${keys.slice(0, depth).join('.')} is ${JSON.stringify(at)} and has no parts`;
    path.push(place.key);
    const holder = at as Record<string | number, unknown>;
    if (depth === keys.length - 1) holder[place.key] = value;
    else {
      if (child(holder, place.key) === undefined) holder[place.key] = {};
      at = holder[place.key];
    }
  }
  return path;
}

/** A list's entry by number or by its name. */
function placeIn(list: readonly unknown[], key: string, of: string): { key: number } | string {
  if (/^\d+$/.test(key) && Number(key) < list.length) return { key: Number(key) };
  const names = list.map((item) => String(child(item, 'name') ?? ''));
  const place = names.indexOf(key);
  if (place >= 0) return { key: place };
  const known = [...names.filter((name) => name !== ''), ...(list.length === 0 ? [] : [`0 to ${list.length - 1}`])];
  return known.length === 0
    ? `${of} is an empty list`
    : `there is no ${JSON.stringify(key)} in ${of}${suggestion(key, known)}`;
}
