/** Generator and server, flat out and at part of it: in rounds, one after the other. */
import { type ClosedLoop, closedLoop } from './closed-loop.js';
import { flatOut, type Load, load, openLoop } from './load.js';
import { median, rate } from './round.js';
import { referenceTarget, stubTarget, type TargetProcess } from './target-process.js';

const ROUNDS = 3;
const FLAT_OUT_MESSAGES = 100_000;
const WARM_MESSAGES = 20_000;
const OPEN_LOOP_S = 6;
const CLOSED_LOOP_S = 5;
const undici = new URL('./undici-worker.js', import.meta.url);

/** Prints as it goes. */
export async function benchTraffic(print: (line: string) => void): Promise<void> {
  const stub = await stubTarget();
  try {
    const ceiling = await flatOutLines(stub, print);
    print('\nSEND LAG (open loop, independent arrivals, one thread)');
    for (const part of [0.25, 0.5]) {
      const scenario = openLoop(Math.round(ceiling * part), OPEN_LOOP_S);
      const [own, other]: [Load[], Load[]] = [[], []];
      for (let round = 0; round < ROUNDS; round++) {
        own.push(await load(scenario, stub));
        other.push(await load(scenario, stub, undici));
      }
      const what = `${part * 100} % of the ceiling, ${rate(median(own.map(({ perS }) => perS)))}`;
      print(lagLine(what, own));
      print(lagLine(`${' '.repeat(what.length - 9)}on undici`, other));
    }
  } finally {
    stub.stop();
  }
}

/** Gives the generator's ceiling, messages a second. */
async function flatOutLines(stub: TargetProcess, print: (line: string) => void): Promise<number> {
  const scenario = flatOut(FLAT_OUT_MESSAGES);
  const reference = await referenceTarget(scenario);
  const generator: Load[] = [];
  const onUndici: Load[] = [];
  const server: Load[] = [];
  const closed: ClosedLoop[] = [];
  try {
    await load(flatOut(WARM_MESSAGES), stub);
    await load(flatOut(WARM_MESSAGES), stub, undici);
    await load(flatOut(WARM_MESSAGES), reference);
    for (let round = 0; round < ROUNDS; round++) {
      generator.push(await load(scenario, stub));
      onUndici.push(await load(scenario, stub, undici));
      server.push(await load(scenario, reference));
      closed.push(await closedLoop(reference, CLOSED_LOOP_S));
    }
  } finally {
    reference.stop();
  }
  const ceiling = median(generator.map(({ perS }) => perS));
  print('\nFLAT OUT (64 connections, everything due at once)');
  print(
    `  generator    ${rate(ceiling)} on one thread · ${us(generator, 'generatorUs')} of generator a message · target: raw sockets`,
  );
  const ratio = median(generator.map((load, round) => onUndici[round]!.generatorUs / load.generatorUs));
  print(
    `  on undici    ${rate(median(onUndici.map(({ perS }) => perS)))} on one thread · ${us(onUndici, 'generatorUs')} of generator a message: ${ratio.toFixed(2)} times as much`,
  );
  const serverUs = median(server.map(({ targetUs }) => targetUs));
  print(
    `  server       ${rate(1e6 / serverUs)} a core · ${us(server, 'targetUs')} of server a message · reached ${rate(median(server.map(({ perS }) => perS)))} with one generator thread beside it`,
  );
  print(
    `  autocannon   ${rate(median(closed.map(({ perS }) => perS)))} from the same server in a closed loop · ${median(closed.map(({ targetUs }) => targetUs)).toFixed(1)} µs CPU of server a message`,
  );
  return ceiling;
}

function lagLine(what: string, loads: readonly Load[]): string {
  const lag = (of: 'p50' | 'p99' | 'p999' | 'max') =>
    `${median(loads.map(({ measures }) => measures.latency.sendLag[of] ?? Number.NaN)).toFixed(3)} ms`;
  const { status, reasons } = loads.at(-1)!.measures.instrument;
  const cpu = `${us(loads, 'generatorUs')} a message, spinning included`;
  return `  ${what}: p50 ${lag('p50')} · p99 ${lag('p99')} · p99.9 ${lag('p999')} · max ${lag('max')} · ${cpu} · ${status} ${reasons.join('; ')}`;
}

function us(loads: readonly Load[], of: 'generatorUs' | 'targetUs'): string {
  return `${median(loads.map((one) => one[of])).toFixed(1)} µs CPU`;
}
