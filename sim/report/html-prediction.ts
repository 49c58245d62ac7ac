/** What a model predicted of the run, beside what was measured: in the page that `validate` writes. */
import { headline, rowsOf } from '../planning/render-validation.js';
import type { ReportDocument } from './document.js';
import { both, escapeHtml, list, section, table } from './markup.js';
import { label, type Text, text } from './text.js';

const columns: readonly { readonly head: Text; readonly isNumber?: boolean }[] = [
  { head: label.measure },
  { head: text('predicted', '预测'), isNumber: true },
  { head: text('a day varies', '单日波动'), isNumber: true },
  { head: text('measured', '实测'), isNumber: true },
  { head: text('error', '误差'), isNumber: true },
  { head: text('bound', '允许误差'), isNumber: true },
  { head: label.result },
];

const figureText: Readonly<Record<string, Text>> = {
  throughput: text('throughput', '吞吐量'),
  'backlog peak': text('backlog peak', '积压峰值'),
  recovery: text('recovery', '恢复用时'),
  dropped: text('dropped', '丢失'),
};
const resultText: Readonly<Record<string, Text>> = {
  pass: text('within', '在范围内'),
  miss: text('missed', '超出'),
  'not judged': label.notJudged,
};

/** Nothing in the report of a run itself. */
export function predictionSection({ prediction }: ReportDocument): string {
  if (prediction === undefined) return '';
  const { model, replications, notes } = prediction;
  const rows = rowsOf(prediction).map(
    ([figure = '', predicted = '', varies = '', measured = '', error = '', bound = '', result = '']) => [
      figureText[figure] === undefined ? escapeHtml(figure) : both(figureText[figure]),
      ...[predicted, varies, measured, error, bound].map(escapeHtml),
      `<span class="${result === 'pass' ? 'yes' : result === 'miss' ? 'no' : 'open'}">${both(resultText[result]!)}</span>`,
    ],
  );
  const how = both(
    text(
      `Model ${model}, ${replications} simulated days of the same plan; dashed in the charts below: their median. ${headline(prediction)}.`,
      `模型 ${model}，同一计划模拟 ${replications} 天；下方图中的虚线为其中位数。${headline(prediction)}。`,
    ),
  );
  return `${section(
    'prediction',
    text('Predicted and measured', '预测与实测'),
    `<p class="note">${how}</p>\n${table(columns, rows)}${notes.length === 0 ? '' : list(notes.map(escapeHtml))}`,
  )}\n`;
}
