/**
 * A hook's command: started without a shell, in a process group of its own, so that a timeout ends what it has started
 * too. What it leaves running on purpose when it exits by itself (a server, say) stays.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import { after } from '../../core/clock.js';
import { failed, type HookAttempt, type HookOutcome } from './hook-attempt.js';
import { TailBuffer } from './hook-output.js';

/** After the command's exit: for what it said last, when something it has started keeps its output open. */
const LAST_WORDS_MS = 100;

export function runCommand(command: readonly string[], timeoutS: number): HookAttempt {
  const [file = '', ...args] = command;
  const output = new TailBuffer();
  let child: ChildProcess;
  try {
    child = spawn(file, args, {
      shell: false,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: publicEnvironment(process.env),
    });
  } catch (error) {
    return { finished: Promise.resolve({ ok: false, exit: failed(error), output: '' }), kill: () => '' };
  }
  // Without pipes there are no streams; the error comes as an event.
  const streams = [child.stdout, child.stderr];
  for (const stream of streams) stream?.on('data', (bytes: Buffer) => output.add(bytes));
  // Ctrl-C twice leaves without ceremony; the command is in another group and would not notice.
  const kill = () => killGroup(child);
  process.once('exit', kill);

  const finished = new Promise<HookOutcome>((resolve) => {
    const settle = (ok: boolean, exit: string) => {
      cancelTimeout();
      process.off('exit', kill);
      for (const stream of streams) stream?.destroy();
      resolve({ ok, exit, output: output.text });
    };
    const cancelTimeout = after(Math.round(timeoutS * 1_000), () => {
      kill();
      settle(false, 'timeout');
    });
    child.on('error', (error) => settle(false, failed(error)));
    child.on('exit', (code, signal) => {
      cancelTimeout();
      const end = () => settle(code === 0, code === null ? `signal ${signal}` : `exit ${code}`);
      const cancelEnd = after(LAST_WORDS_MS, end);
      child.on('close', () => {
        cancelEnd();
        end();
      });
    });
  });
  return {
    finished,
    kill: () => {
      kill();
      return output.text;
    },
  };
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // No groups here, or it has just gone.
    child.kill('SIGKILL');
  }
}

/** Ours without the secrets peakday itself was given. */
function publicEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^PEAKDAY_.*(TOKEN|SECRET|KEY|PASSWORD)/i.test(name)),
  );
}
