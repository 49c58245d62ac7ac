/** The reference server of a run as a process that can be killed; the next one is loaded while the present one serves. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { ServeReport } from '../../sim/cli/reference-child.js';
import { loadScenario } from '../../sim/scenario/load.js';

const program = new URL('../../dist/sim/cli/reference-child.js', import.meta.url);

export interface KilledServer {
  readonly callbackUrl: string;
  readonly origin: string;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

export const TOKEN = 'token';

/** Starts one after the other on the same file. */
export async function killable(scenarioPath: string, file: string): Promise<() => Promise<KilledServer>> {
  const { scenario } = await loadScenario(scenarioPath);
  const load = () => fork(program, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  let next: ChildProcess = load();
  return async () => {
    const child = next;
    child.send({ scenario, token: TOKEN, controlToken: 'control', aesKeys: ['x'], file });
    const [report] = (await once(child, 'message')) as [ServeReport];
    if ('problem' in report) throw new Error(report.problem);
    next = load();
    return {
      ...report,
      async kill() {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      },
    };
  };
}
