/** The generator's thread on undici, to compare the run's own transport with. */

import type { ShardResult, ShardTask } from '../sim/run/shard.js';
import { playShard as play } from '../sim/run/shard-worker.js';
import { UndiciTransport } from '../test/support/undici-transport.js';

export function playShard(task: ShardTask): Promise<ShardResult> {
  return play(task, (options) => new UndiciTransport(options));
}
