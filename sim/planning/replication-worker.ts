/** The piscina worker: one replication a task. */
import { workerData } from 'node:worker_threads';
import type { FanPools } from '../plan/fan-book.js';
import { type ReplicationResult, type ReplicationTask, replicateOnce } from './replication.js';

export function replicate(task: ReplicationTask): ReplicationResult {
  return replicateOnce(task, workerData as FanPools);
}
