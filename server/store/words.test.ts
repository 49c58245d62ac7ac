import fc from 'fast-check';
import Database from 'libsql';
import { expect, it } from 'vitest';
import { hasPhrases, indexText, matchExpression, phrasesOf } from './words.js';

it('cuts text into words, characters and pairs', () => {
  expect(indexText('花开了，Hello ＷＯＲＬＤ 3.5 カー😀')).toBe(
    '花 花开 开 开了 了 hello world 3 5 カ カー ー ー😀 😀',
  );
  expect(indexText('，。 \n')).toBe('');
  expect(indexText(`a${'b'.repeat(100)}`)).toHaveLength(64);
});

it('reads a question', () => {
  const expression = (query: string) => matchExpression(phrasesOf(query));
  expect(expression('花')).toBe('"花"');
  expect(expression('开花')).toBe('"开花"');
  expect(expression('花开了 "to be" x')).toBe('"花开 开 开了" AND "to be" AND "x"');
  expect(expression('"open')).toBe('"open"');
  expect(expression(' " " ，')).toBe('');
});

it('the index finds exactly what a look at the text finds', () => {
  const index = new Database(':memory:');
  index.exec("CREATE VIRTUAL TABLE t USING fts5 (words, content='', columnsize=0, tokenize='ascii')");
  const texts = fc.array(
    fc.constantFrom('花', '开', '了', 'ab', 'AB', 'c', '1', ' ', '，', '"', 'é', 'Ü', '😀', '\u{20BB7}'),
    { maxLength: 9 },
  );
  const insert = index.prepare('INSERT INTO t (rowid, words) VALUES (1, ?)');
  const find = index.prepare('SELECT count(*) FROM t WHERE t MATCH ?').raw();
  let hits = 0;
  fc.assert(
    fc.property(texts, texts, (parts, asked) => {
      const text = parts.join('');
      const phrases = phrasesOf(asked.slice(0, 4).join(''));
      fc.pre(phrases.length > 0);
      index.exec('BEGIN');
      insert.run([indexText(text)]);
      const [count] = find.get([matchExpression(phrases)]) as unknown as [number];
      index.exec('ROLLBACK');
      hits += count;
      expect(hasPhrases([text], phrases)).toBe(count === 1);
    }),
    { numRuns: 3_000 },
  );
  index.close();
  expect(hits).toBeGreaterThan(100);
});
