/** Flags that several commands have, said once; each command lists those it takes. */
import type { Options } from 'yargs';

export const sharedOptions = {
  seed: { type: 'number', requiresArg: true, describe: 'Everything random follows from it' },
  speed: { type: 'number', requiresArg: true, describe: 'How many times faster the world runs; deadlines stay' },
  /** In virtual time. */
  virtualSpeed: {
    type: 'number',
    requiresArg: true,
    default: 1,
    describe: 'How many times faster the world runs; deadlines stay. 1: the day as it is',
  },
  window: { type: 'string', requiresArg: true, describe: 'Only a part of the day, like 14:55-15:25' },
  set: {
    type: 'string',
    array: true,
    nargs: 1,
    requiresArg: true,
    describe: 'Another value for one setting, like --set server.workers=8; may be said again',
  },
  model: { type: 'string', requiresArg: true, describe: 'A model file of `calibrate` for the server' },
  reportFolder: {
    type: 'string',
    requiresArg: true,
    describe: 'Folder for the report; default reports/SCENARIO/TIME-SEED',
  },
  quiet: { type: 'boolean', default: false, describe: 'No progress, only the summary' },
  summaryJson: { type: 'boolean', default: false, describe: 'Print summary.json instead of the summary' },
  color: { type: 'boolean', describe: 'Colours; default: on a terminal' },
} as const satisfies Record<string, Options>;

/** The positional word of the commands that play a scenario. */
export const scenarioWord = {
  type: 'string',
  demandOption: true,
  describe: 'A built-in name (floraland, quiz, smoke, …) or a file',
} as const;
