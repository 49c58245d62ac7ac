/**
 * junit.xml: one suite a scenario, one case a gate, and a case each for the instrument and the audit. On an instrument
 * that was not valid the gates are skipped and the instrument is an error: CI must not read a number into such a run.
 * Gates that were set aside are skipped too. Where that is all of them, `gates` is one more case, and a failure.
 */
import { ExitCode } from '../../core/exit-code.js';
import type { GateResult } from '../gate/gate-result.js';
import { whyText } from '../gate/set-aside.js';
import type { ReportDocument, Summary } from './document.js';
import { areGatesJudged, isNoGateJudged } from './figures.js';

export function renderJunit({ summary }: ReportDocument): string {
  const cases = [
    ...summary.gates.map((gate) => gateCase(gate, summary)),
    ...asideCases(summary),
    ...healthCases(summary),
  ];
  const count = (result: Result) => cases.filter((each) => each.result === result).length;
  const totals = attributes({
    tests: cases.length,
    failures: count('failure'),
    errors: count('error'),
    skipped: count('skipped'),
    time: summary.durationS.toFixed(3),
  });
  const suite = attributes({ name: suiteName(summary), timestamp: summary.startedAt.replace(/(\.\d+)?Z$/, '') });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'peakday' })}${totals}>`,
    `  <testsuite${suite}${totals}>`,
    '    <properties>',
    ...properties(summary).map(([name, value]) => `      <property${attributes({ name, value })}/>`),
    '    </properties>',
    ...cases.map(({ xml }) => xml),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

type Result = 'passed' | 'failure' | 'error' | 'skipped';

interface TestCase {
  readonly result: Result;
  readonly xml: string;
}

function suiteName({ scenario }: Summary): string {
  return `peakday.${scenario.name}`;
}

function properties({ scenario, environment, kind, target, verdict }: Summary): [string, string | number][] {
  return [
    ['kind', kind],
    ['seed', scenario.seed],
    ['speed', scenario.speed],
    ['window', scenario.window ?? 'all'],
    ['planDigest', scenario.planDigest],
    ['target', target.queue === true ? 'plain queue' : target.reference ? 'reference server' : target.url],
    ['peakday', environment.peakday],
    ['node', environment.node],
    ['exitCode', verdict.exitCode],
  ];
}

function gateCase({ name, expression, shown, pass }: GateResult, summary: Summary): TestCase {
  const words = `observed ${shown}, limit ${expression}`;
  if (!areGatesJudged(summary)) {
    return testCase(summary, name, 'skipped', `not judged, the run is not valid: ${words}`);
  }
  return pass ? testCase(summary, name, 'passed', '') : testCase(summary, name, 'failure', words);
}

function asideCases(summary: Summary): TestCase[] {
  const skipped = (summary.gatesSetAside ?? []).map(({ name, expression, why }) =>
    testCase(summary, name, 'skipped', `not judged, ${whyText[why]}: ${expression}`),
  );
  if (!isNoGateJudged(summary)) return skipped;
  return [...skipped, testCase(summary, 'gates', 'failure', 'none of the gates could be judged')];
}

function healthCases(summary: Summary): TestCase[] {
  const { instrument, audit, verdict } = summary;
  const isInvalid = instrument.status === 'INVALID';
  const interrupted =
    verdict.status === 'interrupted'
      ? [testCase(summary, 'completed', 'error', 'the run was interrupted before its end')]
      : [];
  const incomplete =
    verdict.status === 'fail' && verdict.exitCode === ExitCode.unexpected
      ? [testCase(summary, 'report', 'error', verdict.reasons.join(' '))]
      : [];
  return [
    testCase(
      summary,
      'instrument',
      isInvalid ? 'error' : 'passed',
      `${instrument.status}: ${instrument.reasons.join('; ')}`,
    ),
    testCase(
      summary,
      'audit',
      audit.closed ? 'passed' : 'error',
      `the ledger does not close: ${audit.accounted} of ${audit.expected} messages have exactly one end; ${audit.faults.join('; ')}`,
    ),
    ...interrupted,
    ...incomplete,
  ];
}

function testCase(summary: Summary, name: string, result: Result, message: string): TestCase {
  const head = `    <testcase${attributes({ classname: suiteName(summary), name, time: '0' })}`;
  if (result === 'passed') return { result, xml: `${head}/>` };
  const type = { failure: 'threshold', error: 'peakday', skipped: undefined }[result];
  const body =
    result === 'skipped'
      ? `<skipped${attributes({ message })}/>`
      : `<${result}${attributes({ message, type })}>${escapeXml(message)}</${result}>`;
  return { result, xml: `${head}>\n      ${body}\n    </testcase>` };
}

function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
}

/** XML 1.0 has no form at all for control characters and unpaired surrogates: they become U+FFFD. */
function escapeXml(text: string): string {
  return (
    text
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/"/g, '&quot;')
      .replace(/[\t\n\r]/g, (space) => `&#${space.charCodeAt(0)};`)
  );
}
