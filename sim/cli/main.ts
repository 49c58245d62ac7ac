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
import { environmentName } from './environment-options.js';
import { planCommand } from './plan-command.js';
import { probeCommand } from './probe-command.js';
import { referenceCommand } from './reference-command.js';
import { reportCommand } from './report-command.js';
import { runCommand } from './run-command.js';
import { serveCommand } from './serve-command.js';
import { simulateCommand } from './simulate-command.js';
import { flagsIn, usageMessages, WrongWords } from './usage-message.js';
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
  try {
    await parser(words).parseAsync();
    return Number(process.exitCode ?? ExitCode.pass);
  } catch (error) {
    if (error instanceof WrongWords) return await tellWrongWords(error.message, words);
    if (error instanceof UserError) return tell(error.problems, error.exitCode);
    process.stderr.write(
      `peakday: unexpected error, a bug of ours\n${error instanceof Error ? error.stack : String(error)}\n`,
    );
    return ExitCode.unexpected;
  }
}

function parser(words: readonly string[]) {
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
    .check(checkNumbers, true)
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
      throw error ?? new WrongWords(message);
    });
}

async function tellWrongWords(message: string, words: readonly string[]): Promise<number> {
  const commands = commandModules.map(({ command }) => String(command).split(' ')[0]!);
  const [command = ''] = words;
  const help = commands.includes(command) ? await parser([command]).getHelp() : '';
  const problems = usageMessages(message, words, { commands, flags: flagsIn(help) });
  return tell(
    problems.map((each) => ({ message: each })),
    ExitCode.usage,
  );
}

function tell(problems: readonly Problem[], exitCode: number): number {
  process.stderr.write(`${problems.map((problem) => `peakday: ${formatProblem(problem)}`).join('\n')}\n`);
  return exitCode;
}

/** yargs makes NaN of `--speed abc`, nothing of `--speed`, and a list of `--speed 5 --speed 6`. */
function checkNumbers(flags: Record<string, unknown>): true {
  const numeric = ['speed', 'seed', 'threads', 'port', 'platform-port', 'workers'];
  const wrong = numeric.filter((name) => name in flags && flags[name] !== undefined && !Number.isFinite(flags[name]));
  if (wrong.length === 0) return true;
  throw new UserError(
    ExitCode.usage,
    wrong.map((name) => ({
      message: `${saidAs(name)} takes one number, like --${name} ${name.includes('port') ? 8080 : 2}`,
    })),
  );
}

/** How the user said it: as a flag, or by the environment. */
function saidAs(name: string): string {
  const isFlag = process.argv.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  const variable = environmentName(name);
  return !isFlag && process.env[variable] !== undefined ? variable : `--${name}`;
}
