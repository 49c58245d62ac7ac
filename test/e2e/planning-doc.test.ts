/**
 * docs/PLANNING.md says that every command of it can be typed as it stands. Here each is, in order, in a folder with the
 * scenarios of the page; and what the commands promise of exit codes and of wrong words.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder } from '../support/cli.js';
import { shellBlocks } from '../support/shell-blocks.js';

const repository = new URL('../..', import.meta.url).pathname;
const main = join(repository, 'dist/sim/cli/main.js');
const page = readFileSync(join(repository, 'docs/PLANNING.md'), 'utf8');
const folder = newFolder();

for (const [, yaml = ''] of page.matchAll(/^```yaml\n(.*?)^```$/gms)) {
  const name = /^name: (\S+)$/m.exec(yaml)?.[1];
  // A part of a scenario has no name.
  if (name !== undefined) writeFileSync(join(folder, `${name}.yaml`), yaml);
}

function typed(command: string): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('bash', ['-c', command.replace(/^npx peakday /, `${process.execPath} ${main} `)], {
    cwd: folder,
    encoding: 'utf8',
  });
}

const json = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8'));

describe('every command of docs/PLANNING.md', () => {
  const commands = shellBlocks(page).flatMap((block) => block.commands);
  it('is there', () => expect(commands.length).toBeGreaterThanOrEqual(10));

  it.each(commands)('%s', (command) => {
    const { status, stdout, stderr } = typed(command);
    expect(status, stderr).toBe(0);
    expect(stdout).not.toMatch(/undefined|NaN/);
  });

  it('left what the page says', () => {
    const plan = json('plans/evening/plan.json');
    expect(plan).toMatchObject({ schema: 'peakday.plan/1', status: 'found', found: { 'server.workers': 2 } });
    expect(Math.abs(plan.found['desk.people'] - 6)).toBeLessThanOrEqual(1);
    expect(readFileSync(join(folder, 'plans/evening/plan.md'), 'utf8')).toContain('## Shifts');
    expect(json('plans/margin/plan.json').found).toEqual({ 'server.workers': 2, 'desk.people': 8 });
    const model = json('model.json');
    expect(model).toMatchObject({ schema: 'peakday.model/1', channel: 'wechat' });
    expect(model.server.workTimeMeanMs).toBeGreaterThan(30);
    const validation = json('runs/full/validation.json');
    expect(validation.compared.map(({ figure }: { figure: string }) => figure)).toContain('backlog peak');
    expect(existsSync(join(folder, 'runs/full/validation.md'))).toBe(true);
    expect(readFileSync(join(folder, 'runs/full/validation.html'), 'utf8')).toContain('p99 predicted');
  });
});

describe('what cannot be planned', () => {
  it('ends with 99 when no value in range keeps it', () => {
    const { status, stdout } = typed(
      'npx peakday plan evening.yaml --promise "p99(response) < 1ms" --vary server.workers=1..2 --replications 2 --out plans/none',
    );
    expect(status).toBe(99);
    expect(stdout).toMatch(/No value in range keeps[\s\S]*more workers or people do not help/);
  });

  it('ends with 2 and all problems at once', () => {
    const { status, stderr } = typed(
      'npx peakday plan evening.yaml --promise "all is well" --vary server.wokers=1..4 --vary x --set server.order=lifo --pickup soon',
    );
    expect(status).toBe(2);
    for (const part of ['--promise', '--vary', '--pickup', '--set server.order']) expect(stderr).toContain(part);
    const unknown = typed('npx peakday plan evening.yaml --promise "dropped == 0" --vary server.wokers=1..4');
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toMatch(/--vary server\.wokers.*did you mean "workers"/);
  });

  it('ends with 2 for what plays no part, is said twice, or is beyond its limits', () => {
    const idle = typed(
      'npx peakday plan line.yaml --promise "dropped == 0" --vary server.workers=1..4 --model model.json',
    );
    expect(idle.status).toBe(2);
    expect(idle.stderr).toMatch(
      /--model .*queue\.servers and queue\.work[\s\S]*--vary server\.workers .*say queue\.servers/,
    );
    expect(typed('npx peakday simulate line.yaml --set server.workers=3').status).toBe(2);
    const twice = typed(
      'npx peakday plan evening.yaml --promise "dropped == 0" --set desk.people=3 --vary desk.people=1..4 --pickup "100% in 20s" --precision 100% --interval 90s',
    );
    expect(twice.status).toBe(2);
    for (const part of [
      '--vary desk.people — it is set, too',
      'less than 100%, for no number of people',
      'not a share from 0.01% to less than 100%',
      '--interval — whole minutes',
    ]) {
      expect(twice.stderr).toContain(part);
    }
    const runs = typed('npx peakday calibrate runs/calm runs/../runs/calm/ --out other.json');
    expect(runs.status).toBe(2);
    expect(runs.stderr).toContain('is given twice');
  });

  it('refuses a grid too large for the time, and a model that fits neither form nor scenario', () => {
    const large = typed(
      'npx peakday plan evening.yaml --promise "dropped == 0" --vary server.workers=1..32 --vary desk.people=1..40 --limit 1ms --out plans/large',
    );
    expect(large.status).toBe(2);
    expect(large.stderr).toMatch(/too large for the time.*larger steps/s);
    writeFileSync(join(folder, 'no-model.json'), '{"schema":"other/1"}');
    const wrong = typed('npx peakday plan evening.yaml --model no-model.json --promise "dropped == 0"');
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toMatch(/is no model.*calibrate/);
    const unfit = typed('npx peakday plan webhook --model model.json --promise "dropped == 0"');
    expect(unfit.status).toBe(2);
    expect(unfit.stderr).toMatch(/does not fit webhook/);
  });
});
