/** HTML from data: everything is escaped here, labels stand in both languages side by side. */
import type { Text } from './text.js';

/** For text and for attribute values in double quotes. */
export function escapeHtml(words: string): string {
  return words
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** Both languages; the style sheet hides the one not chosen. One span is enough when they are the same. */
export function both({ en, zh }: Text): string {
  if (en === zh) return escapeHtml(en);
  return `<span lang="en">${escapeHtml(en)}</span><span lang="zh">${escapeHtml(zh)}</span>`;
}

/** JSON inside a script element: no `<` can end it. */
export function embedJson(value: unknown): string {
  return JSON.stringify(value).replace(/</g, '\\u003c');
}

interface Column {
  readonly head: Text;
  readonly isNumber?: boolean;
}

/** Cells are HTML already. The first column is the row's head. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], className = ''): string {
  const align = (index: number) => (columns[index]?.isNumber === true ? ' class="n"' : '');
  const head = columns.map(({ head }, index) => `<th scope="col"${align(index)}>${both(head)}</th>`).join('');
  const body = rows
    .map((cells) => {
      const [first = '', ...rest] = cells;
      return `<tr><th scope="row">${first}</th>${rest.map((cell, index) => `<td${align(index + 1)}>${cell}</td>`).join('')}</tr>`;
    })
    .join('\n');
  const named = className === '' ? '' : ` class="${className}"`;
  return `<div class="scroll"><table${named}><thead><tr>${head}</tr></thead>\n<tbody>${body}</tbody></table></div>`;
}

export function section(id: string, title: Text, body: string): string {
  return `<section id="${id}"><h2>${both(title)}</h2>\n${body}</section>`;
}

/** Term and value pairs; values are HTML already. */
export function pairs(entries: readonly (readonly [Text, string])[]): string {
  const items = entries.map(([term, value]) => `<div><dt>${both(term)}</dt><dd>${value}</dd></div>`).join('\n');
  return `<dl class="pairs">${items}</dl>`;
}

export function list(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}
