import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { checkPattern } from './check-pattern.ts';
import { LINEAR_PATTERNS, listPatterns, repeatsFreely, toLine } from './patterns.ts';

const ROOT = `${import.meta.dirname}/../..`;

/** Made at run time, from our own words alone. */
const MADE: Readonly<Record<string, string>> = {
  'src/citing/own-capitals.ts': 'one word of a title, of letters and hyphens',
  'src/cli/commands/command-words.ts': 'the names of our tools and their parameters',
  'src/config/rooms/access.ts': 'the kinds of credentials that this file lists',
  'src/config/rooms/process.ts': 'the names of the checks of readiness',
  'src/console/search/matched-words.ts': 'the names in full that names-apart.ts lists',
  'src/mcp/tool-names.ts': 'the names of our tools',
  'src/search/names/asked-year.ts': 'the forms of a year that this file lists',
  'src/search/names/record-ids.ts': 'the words behind a number that this file lists',
  'src/search/names/tagged-authors.ts': 'the tags of authors that this file lists',
  'src/search/words/glue.ts': 'the words behind a single letter that name-lists.ts lists',
  'src/search/words/name-lists.ts': 'the numerals and words between names that this file lists',
  'src/search/words/names-apart.ts': 'the names before "type" that this file lists',
  'src/search/words/pubmed-signs.ts': 'the tags of PubMed that this file lists',
  'src/search/words/question.ts':
    'the second halves of words and the members of families that this file lists',
  'src/search/words/spell-out-asked.ts': 'the names before "type" that names-apart.ts lists',
  'src/search/words/spell-out.ts': 'the names of Greek letters and numerals that this file lists',
};

const { literals, made } = listPatterns(ROOT, 'src/**/*.ts');

test('each pattern of src/ takes time that is linear in its text', () => {
  assert.ok(literals.length > 200, `only ${literals.length} patterns were found`);
  const known = new Set(readFileSync(`${ROOT}/${LINEAR_PATTERNS}`, 'utf8').split('\n'));
  const free = new Map(literals.filter(repeatsFreely).map((one) => [toLine(one), one]));
  const slow = [...free].flatMap(([shown, pattern]) => {
    if (known.has(shown)) return [];
    const status = checkPattern(pattern);
    return status === 'safe' ? [] : [`${shown} in ${pattern.file}: ${status}`];
  });
  assert.deepEqual(slow, []);
});

test('what makes a pattern at run time is known, and makes it of our own words', () => {
  assert.deepEqual([...new Set(made.map(({ file }) => file))], Object.keys(MADE));
});

describe('the check', () => {
  test('finds a pattern that is quadratic, and one that a fixed repetition makes slow', () => {
    const quadratic = { source: '[a-z]+@', flags: '', file: 'here' };
    assert.equal(repeatsFreely(quadratic), true);
    assert.equal(checkPattern(quadratic), 'vulnerable');
    assert.equal(repeatsFreely({ source: '^[ab]{1,500}$', flags: '', file: 'here' }), true);
  });

  test('passes over what cannot repeat', () => {
    assert.equal(repeatsFreely({ source: '^\\d{4}-[*+]\\+$', flags: '', file: 'here' }), false);
  });
});
