/** What the schema cannot say about an account's settings: how its parts, and the rules, fit together. */
import type { Problem } from '../../core/problem.js';
import type { AccountSettings } from './account-settings.js';
import { clickKeys } from './menu.js';
import type { Rules } from './rules.js';
import { normalized } from './text-form.js';

/** Parts that are undefined are not checked; `path` is dotted and starts below the settings: `menu.0.key`. */
export function checkAccount(settings: Partial<AccountSettings>, rules: Pick<Rules, 'rules'>): Problem[] {
  return [
    ...unansweredKeys(settings, rules),
    ...unknownGroups(settings),
    ...sameNames(settings),
    ...sameMoves(settings),
  ];
}

function unansweredKeys({ menu, lottery, buying }: Partial<AccountSettings>, { rules }: Pick<Rules, 'rules'>) {
  const answered = new Set([...rules.map(({ key }) => key), lottery?.key, buying?.key]);
  return clickKeys(menu ?? [])
    .filter(({ key }) => !answered.has(key))
    .map(({ path, key }): Problem => {
      return { path: `menu.${path}`, message: `No rule and no game answers the key "${key}"; give it a rule.` };
    });
}

function unknownGroups({ groups, lottery, buying }: Partial<AccountSettings>): Problem[] {
  if (groups === undefined) return [];
  const known = Object.keys(groups);
  const there = known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`;
  return Object.entries({ lottery, buying }).flatMap(([part, game]) =>
    (game?.only ?? []).flatMap((group, index): Problem[] => {
      if (known.includes(group)) return [];
      return [{ path: `${part}.only.${index}`, message: `No group is called "${group}"; ${there}.` }];
    }),
  );
}

/** Prizes are kept by the game's name. */
function sameNames({ quiz, lottery, buying }: Partial<AccountSettings>): Problem[] {
  const taken = new Map<string, string>();
  return Object.entries({ quiz, lottery, buying }).flatMap(([part, game]): Problem[] => {
    if (game === undefined) return [];
    const by = taken.get(game.name);
    taken.set(game.name, part);
    if (by === undefined) return [];
    return [{ path: `${part}.name`, message: `The ${by} is called "${game.name}" too; take another name.` }];
  });
}

/** The lottery is asked first. */
function sameMoves({ lottery, buying }: Partial<AccountSettings>): Problem[] {
  if (lottery === undefined || buying === undefined) return [];
  const words = new Set(lottery.words.map(normalized));
  const problems = buying.words.flatMap((word, index): Problem[] => {
    if (!words.has(normalized(word))) return [];
    return [{ path: `buying.words.${index}`, message: `"${word}" enters the lottery already.` }];
  });
  if (buying.key !== undefined && buying.key === lottery.key) {
    problems.push({ path: 'buying.key', message: `"${buying.key}" enters the lottery already.` });
  }
  return problems;
}
