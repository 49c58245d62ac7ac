import process from 'node:process';
import type { CommandModule } from 'yargs';
import { defaultLadder } from '../probe/ladder.js';
import { environmentOptions } from './environment-options.js';
import type { ProbeFlags } from './probing.js';
import { sharedOptions } from './shared-options.js';
import { targetFlagNames, withTargetOptions } from './target-flags.js';

export const probeCommand: CommandModule<object, ProbeFlags> = {
  command: 'probe <scenario>',
  describe: 'Find how much a target carries in a closed loop, and the rate to try in an open one',
  builder: (yargs) =>
    withTargetOptions(yargs, 'probe')
      .config(environmentOptions([...targetFlagNames, 'connections', 'step', 'seed', 'json', 'out', 'color']))
      .positional('scenario', {
        type: 'string',
        demandOption: true,
        describe: 'A built-in name or a file: what is sent, and which answers are right',
      })
      .option('connections', {
        type: 'string',
        default: defaultLadder.join(','),
        describe: 'Numbers of connections to try, rising',
      })
      .option('step', {
        type: 'string',
        default: '3s',
        describe: 'How long each is tried; the first third is not counted',
      })
      .option('seed', sharedOptions.seed)
      .option('json', { type: 'boolean', default: false, describe: 'Print probe.json instead of the summary' })
      .option('out', { type: 'string', requiresArg: true, describe: 'Folder for probe.json; default: none is written' })
      .option('color', sharedOptions.color)
      .example('$0 probe smoke', 'what the reference server carries on this machine')
      .example('$0 probe smoke --target http://127.0.0.1:8080/wechat', 'what your own server carries'),
  async handler(flags) {
    // Loaded only here: the other commands start without it.
    const { probeTarget } = await import('./probing.js');
    process.exitCode = await probeTarget(flags);
  },
};
