import { describe, expect, it } from 'vitest';
import { checkRules } from './check-rules.js';
import { type Rules, rulesSchema } from './rules.js';

const check = (input: unknown) => checkRules(rulesSchema.parse(input) as Rules);
const reply = { text: 'ok' };

describe('what is wrong with rules', () => {
  it('is nothing, for sound ones', () => {
    const rules = [
      { name: 'a', pattern: '(\\d+)-(\\d+)', reply: { template: 'both' } },
      { name: 'b', pattern: '^[(+*]+(?:ab|c){1,3}\\)*$', reply },
      { name: 'c', exact: ['a', 'A'], reply },
    ];
    expect(check({ templates: { both: '{1}{2}' }, rules, welcome: reply, fallback: { text: '{content}' } })).toEqual(
      [],
    );
  });

  it('is all said at once, with the place', () => {
    const problems = check({
      templates: { centre: '{1}', long: '长'.repeat(683) },
      welcome: { template: 'welcom' },
      rules: [
        { name: 'broken', pattern: '(a', reply: { template: 'centre' } },
        { name: 'one group', pattern: '(a)', reply: { text: '{2}' } },
        { name: 'no groups', exact: ['x'], reply: { template: 'centre' } },
        { name: 'twice', exact: ['y', ' X '], reply },
        { name: 'slow', pattern: '^(\\s*\\w+)+$', reply },
        { name: 'empty', contains: ['ok', ' '], reply },
        { name: 'key', key: 'k', reply },
        { name: 'key again', key: 'k', reply },
        { name: 'kind', kind: 'image', reply },
        { name: 'kind again', kind: 'image', reply },
        { name: 'inherited', key: 'j', reply: { template: 'toString' } },
      ],
      fallback: { template: 'long' },
    });
    expect(problems.map(({ path }) => path)).toEqual([
      'rules.0.pattern',
      'rules.1.reply.text',
      'rules.2.reply.template',
      'rules.3.exact.1',
      'rules.4.pattern',
      'rules.5.contains.1',
      'rules.7.key',
      'rules.9.kind',
      'rules.10.reply.template',
      'welcome.template',
      'fallback.template',
    ]);
    expect(problems.map(({ message }) => message)).toEqual([
      'The pattern is no regular expression: Unterminated group.',
      '{2} stands for group 2 of a pattern; the pattern has 1.',
      '{1} stands for group 1 of a pattern; there is no pattern with groups here.',
      '" X " is already answered by the rule "no groups"; this one would never be used for it.',
      'The pattern repeats what is itself a repeat: on some messages that takes minutes.',
      'The word is empty but for spaces; write a word.',
      '"k" is already answered by the rule "key"; this one would never be used for it.',
      '"image" is already answered by the rule "kind"; this one would never be used for it.',
      'No template is called "toString"; there are centre, long.',
      'No template is called "welcom"; there are centre, long.',
      'The text has 2049 bytes; the platform shows none with more than 2048.',
    ]);
  });
});

describe('names in braces', () => {
  it('are refused where nothing fills them in, in templates that no rule uses too', () => {
    const problems = check({
      templates: { desk: '{contnt} {openid}' },
      rules: [{ name: 'a', pattern: '(a)', reply: { text: '{opnid} {1} {10} {answer}' } }],
      welcome: { text: '{花} { openid } {a-b} {} {{content}}' },
    });
    expect(problems).toEqual([
      {
        path: 'templates.desk',
        message:
          '{contnt} would go out as it stands; filled in are {content}, {openid}, {1} to {9}; did you mean "content"?',
      },
      ...['opnid', '10', 'answer'].map((name) => ({
        path: 'rules.0.reply.text',
        message: expect.stringContaining(`{${name}} would go out as it stands`),
      })),
    ]);
  });
});

describe('patterns that could take minutes', () => {
  it.each(['(a+)+', '(?:a*)*', '((a+)b)*', '(a{2,})+', '(a{1,100}){1,100}', '(?:[)]+)*', '([a\\]]+)+', '(a+){20}'])(
    '%s is refused',
    (pattern) => {
      expect(check({ rules: [{ name: 'a', pattern, reply }] })).toHaveLength(1);
    },
  );
  it.each(['a+b+', '(a+)?', '(?:ab)+', '(a{1,3})+', '[(a+)+]+', '\\(a+\\)+', '(a+){3}', '(\\d{4})+', '(a{2})+'])(
    '%s is not',
    (pattern) => {
      expect(check({ rules: [{ name: 'a', pattern, reply }] })).toEqual([]);
    },
  );
});
