/** Every flag that a page gives to a command is one of that command's. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import yargs, { type CommandModule } from 'yargs';
import { calibrateCommand } from '../sim/cli/calibrate-command.js';
import { checkCommand } from '../sim/cli/check-command.js';
import { planCommand } from '../sim/cli/plan-command.js';
import { probeCommand } from '../sim/cli/probe-command.js';
import { reportCommand } from '../sim/cli/report-command.js';
import { runCommand } from '../sim/cli/run-command.js';
import { serveCommand } from '../sim/cli/serve-command.js';
import { simulateCommand } from '../sim/cli/simulate-command.js';
import { flagsIn } from '../sim/cli/usage-message.js';
import { validateCommand } from '../sim/cli/validate-command.js';

const pages = ['README.md', 'bench/README.md', ...readdirSync('docs').map((name) => `docs/${name}`)].filter((path) =>
  path.endsWith('.md'),
);
const texts = pages.map((page) => ({ page, text: readFileSync(page, 'utf8').replace(/\\\n\s*/g, ' ') }));

const commands = {
  run: runCommand,
  simulate: simulateCommand,
  check: checkCommand,
  probe: probeCommand,
  plan: planCommand,
  calibrate: calibrateCommand,
  validate: validateCommand,
  serve: serveCommand,
  report: reportCommand,
};

it.each(Object.entries(commands))('%s', async (name, command) => {
  const known = flagsIn(
    await yargs([name])
      .command(command as CommandModule)
      .getHelp(),
  );
  const said = texts.flatMap(({ page, text }) =>
    [...text.matchAll(new RegExp(`peakday ${name}\\b([^\`\\n|#]*)`, 'g'))].flatMap(([, words = '']) =>
      flagsIn(words).map((flag) => ({ page, flag: flag.replace(/^no-/, '') })),
    ),
  );
  const isKnown = (flag: string) => known.includes(flag) || known.includes(`no-${flag}`);
  expect(said.filter(({ flag }) => !isKnown(flag))).toEqual([]);
  expect(known.length).toBeGreaterThan(1);
});
