/** What yargs says of wrong words, said plainly: with the flag or the command that was meant. Pure. */
import { didYouMean } from '../../core/did-you-mean.js';

export interface Known {
  /** As yargs takes them: `run <scenario>`. */
  readonly usages: readonly string[];
  /** Of the command at hand, without dashes; from its help. */
  readonly flags: readonly string[];
}

/** One line a problem. */
export function usageMessages(message: string, words: readonly string[], known: Known): string[] {
  const [command = ''] = words;
  const commands = known.usages.map((usage) => usage.split(' ')[0]!);
  if (!command.startsWith('-') && command !== '' && !commands.includes(command)) {
    return [
      `there is no command ${JSON.stringify(command)}${didYouMean(command, commands)}; there are ${commands.join(', ')}`,
    ];
  }
  const [, unknown] = /^Unknown arguments?: (.*)$/s.exec(message) ?? [];
  if (unknown !== undefined) return unknown.split(', ').map((word) => unknownWord(word, words, known));
  if (message.startsWith('Invalid values:')) {
    return [...message.matchAll(/Argument: (.*), Given: (.*), Choices: (.*)/g)].map(
      ([, flag, given, choices]) => `--${flag} ${given} is none of ${choices?.replaceAll('"', '')}`,
    );
  }
  const [, empty] = /^Not enough arguments following: (.*)$/.exec(message) ?? [];
  if (empty !== undefined) return [`--${empty} needs a value`];
  if (/^(Not enough non-option arguments|Missing required argument)/.test(message)) {
    const usage = known.usages.find((each) => each.split(' ')[0] === command) ?? command;
    return [`a word is missing: peakday ${usage}`];
  }
  return [message];
}

/** The flags that a help text lists, without dashes. */
export function flagsIn(help: string): string[] {
  return [...help.matchAll(/--([a-z][a-z-]*)/g)].map(([, flag = '']) => flag);
}

function unknownWord(word: string, words: readonly string[], { flags }: Known): string {
  const isFlag = words.some((each) => each === `--${word}` || each.startsWith(`--${word}=`));
  if (!isFlag) return `${JSON.stringify(word)} is one word too many`;
  const near = didYouMean(
    `--${word}`,
    flags.map((flag) => `--${flag}`),
  ).replaceAll('"', '');
  return `there is no flag --${word}${near}`;
}
