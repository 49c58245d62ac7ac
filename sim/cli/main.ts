#!/usr/bin/env node
/** The command line: parses, calls, and turns every end into an exit code. */
import process from 'node:process';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { ExitCode } from '../../core/exit-code.js';
import { formatProblem, type Problem, UserError } from '../../core/problem.js';
import { packageVersion } from '../report/environment.js';
import { calibrateCommand } from './calibrate-command.js';
import { checkCommand } from './check-command.js';
import { strayVariables } from './environment-options.js';
import { saidTwice, soundNumbers } from './flag-values.js';
import { planCommand } from './plan-command.js';
import { probeCommand } from './probe-command.js';
import { referenceCommand } from './reference-command.js';
import { reportCommand } from './report-command.js';
import { runCommand } from './run-command.js';
import { serveCommand } from './serve-command.js';
import { simulateCommand } from './simulate-command.js';
import { flagsIn, usageMessages } from './usage-message.js';
import { validateCommand } from './validate-command.js';

const commandModules = [
  runCommand,
  simulateCommand,
  checkCommand,
  probeCommand,
  planCommand,
  calibrateCommand,
  validateCommand,
  serveCommand,
  reportCommand,
  referenceCommand,
];

// `| head` has read enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

process.exitCode = await main(hideBin(process.argv));

async function main(words: string[]): Promise<number> {
  const complaints: string[] = [];
  for (const stray of strayVariables()) process.stderr.write(`warning: ${formatProblem(stray)}\n`);
  try {
    await parser(words, complaints).parseAsync();
    // Where there is no command, nothing has asked yet.
    await refuseWords(words, complaints);
    return Number(process.exitCode ?? ExitCode.pass);
  } catch (error) {
    if (error instanceof UserError) return tell(error.problems, error.exitCode);
    process.stderr.write(
      `peakday: unexpected error, a bug of ours\n${error instanceof Error ? error.stack : String(error)}\n`,
    );
    return ExitCode.unexpected;
  }
}

/** `complaints`: what yargs has against the words is put there; they are told together, before the command's handler is called. */
function parser(words: readonly string[], complaints: string[]) {
  return yargs([...words])
    .scriptName('peakday')
    .usage("$0 COMMAND\n\nRehearse your campaign's peak day before your fans do.")
    .command(runCommand)
    .command(simulateCommand)
    .command(checkCommand)
    .command(probeCommand)
    .command(planCommand)
    .command(calibrateCommand)
    .command(validateCommand)
    .command(serveCommand)
    .command(reportCommand)
    .command(referenceCommand)
    .check(async (flags) => {
      await refuseWords(words, complaints, flags);
      return true;
    }, true)
    .demandCommand(1, 'say a command; `peakday --help` lists them')
    .strict()
    .recommendCommands()
    .version(packageVersion())
    .help()
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .epilogue(
      [
        'Every flag can also be set by the environment: PEAKDAY_TARGET for --target; flags win.',
        'Exit codes: 0 pass · 1 unexpected error · 2 wrong usage or scenario · 3 target not reached ·',
        '  70 ledger open · 97 instrument not valid · 99 a threshold failed · 105 interrupted',
      ].join('\n'),
    )
    .exitProcess(false)
    .fail((message, error) => {
      // A flag without its value comes as an error of yargs' own, and ends the parsing.
      if (error !== undefined && error.name !== 'YError') throw error;
      complaints.push(message);
    });
}

/** Throws UserError when the words are wrong, with what is wrong about the flags' values besides. */
async function refuseWords(
  words: readonly string[],
  complaints: readonly string[],
  flags: Record<string, unknown> = {},
): Promise<void> {
  const twice = saidTwice(flags);
  if (complaints.length + twice.length === 0) return;
  const usages = commandModules.filter(({ describe }) => describe !== false).map(({ command }) => String(command));
  const [word = ''] = words;
  const isCommand = usages.some((usage) => usage.split(' ')[0] === word);
  const help = isCommand ? await parser([word], []).getHelp() : '';
  const known = { usages, flags: flagsIn(help) };
  const numbers = soundNumbers(flags);
  const isToldAnyway = (complaint: string) => {
    const [, empty = ''] = /^Not enough arguments following: (.*)$/.exec(complaint) ?? [];
    return empty in flags && !(empty in numbers.flags);
  };
  const told = complaints.filter((complaint) => !isToldAnyway(complaint));
  const sentences = new Set(told.flatMap((complaint) => usageMessages(complaint, words, known)));
  const problems = [...sentences].map((message): Problem => ({ message }));
  throw new UserError(ExitCode.usage, [...problems, ...twice, ...numbers.problems]);
}

function tell(problems: readonly Problem[], exitCode: number): number {
  process.stderr.write(`${problems.map((problem) => `peakday: ${formatProblem(problem)}`).join('\n')}\n`);
  return exitCode;
}
