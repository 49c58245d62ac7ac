/** `peakday report`: renders the reports of a run folder again, from what was recorded. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { CommandModule } from 'yargs';
import { ExitCode } from '../../core/exit-code.js';
import { UserError } from '../../core/problem.js';
import { readBegun } from '../report/begun.js';
import { renderAll } from '../report/render-all.js';
import { readRunFolder, writeFiles } from '../report/run-folder.js';
import { renderTerminal } from '../report/terminal.js';
import { hasColour } from './colour.js';
import { environmentOptions } from './environment-options.js';
import { sharedOptions } from './shared-options.js';

interface ReportFlags {
  readonly folder: string;
  readonly color?: boolean | undefined;
}

export const reportCommand: CommandModule<object, ReportFlags> = {
  command: 'report <folder>',
  describe: 'Show a run again and render its reports anew; its verdict is shown, and the exit is 0',
  builder: (yargs) =>
    yargs
      .config(environmentOptions(['color']))
      .positional('folder', { type: 'string', demandOption: true, describe: 'The folder of a run' })
      .option('color', sharedOptions.color),
  async handler({ folder, color }) {
    const begun = existsSync(join(folder, 'summary.json')) ? undefined : readBegun(folder);
    if (begun !== undefined) {
      // Loaded only here: what was reported already needs no database.
      const { reportKilledRun } = await import('./killed-run.js');
      return await reportKilledRun({ path: folder, begun, color });
    }
    const document = readRunFolder(folder);
    const problems = writeFiles({ path: folder, shownPath: folder }, renderAll(document));
    process.stdout.write(
      renderTerminal(document, {
        colour: hasColour(color),
        reportPath: problems.length === 0 ? `${folder}/report.html` : null,
      }),
    );
    if (problems.length > 0)
      throw new UserError(
        ExitCode.unexpected,
        problems.map((message) => ({ message })),
      );
  },
};
