import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Citation } from '../../src/domain/document/document.ts';
import { QUALITY_WEIGHTS, toQuality, toQualityFacts } from '../../src/search/quality/quality.ts';
import { QUALITY_SHARE } from '../../src/search/quality/rerank.ts';
import { headings, named, toAbstract, toCitation } from './citation-samples.ts';

const NOW = new Date('2026-03-01T00:00:00Z');
const facts = (given: Partial<Omit<Citation, 'pmid'>>) => toQualityFacts(toCitation(given));

describe('quality', () => {
  test('the total is the weighted mean of the parts, and every part has a reason', () => {
    const quality = toQuality(facts({ publication_types: named('Meta-Analysis') }), 2018, NOW);

    const { total, ...parts } = quality;
    const mean = Object.entries(QUALITY_WEIGHTS).reduce(
      (sum, [name, weight]) => sum + weight * parts[name as keyof typeof parts].value,
      0,
    );
    assert.ok(Math.abs(total - mean) < 0.001);
    assert.ok(
      Math.abs(Object.values(QUALITY_WEIGHTS).reduce<number>((sum, weight) => sum + weight, 0) - 1) < 1e-9,
    );
    for (const { value, reason } of Object.values(parts)) {
      assert.ok(value >= 0 && value <= 1);
      assert.match(reason, /^[A-Z].*\.$/);
    }
  });

  test('recency halves every eight years from the year of the question', () => {
    const recency = (year: number | null) => toQuality(facts({}), year, NOW).recency;

    assert.deepEqual(recency(2026), { value: 1, reason: 'Published in 2026, this year.' });
    assert.deepEqual(recency(2018), { value: 0.5, reason: 'Published in 2018, 8 years ago.' });
    assert.equal(recency(2027).value, 1);
    assert.deepEqual(recency(null), { value: 0.3, reason: 'The record gives no year of publication.' });
  });

  test('the strongest design that the record names counts', () => {
    const design = (given: Partial<Omit<Citation, 'pmid'>>) => facts(given).design;

    assert.deepEqual(
      design({ publication_types: named('Journal Article', 'Randomized Controlled Trial', 'Review') }),
      {
        value: 0.9,
        reason: 'Publication type: Randomized Controlled Trial.',
      },
    );
    assert.equal(design({ publication_types: named('Meta-Analysis', 'Retracted Publication') }).value, 0);
    assert.equal(design({ mesh: headings('Cohort Studies') }).reason, 'MeSH heading: Cohort Studies.');
    assert.equal(
      design({ title: 'Tea: a systematic review' }).reason,
      'The title calls it a systematic review.',
    );
    assert.equal(design({ title: 'Tea' }).reason, 'The record names no study design.');
  });

  test('human subjects are read from MeSH, and not guessed without it', () => {
    assert.equal(facts({ mesh: headings('Humans') }).human.value, 1);
    assert.equal(facts({ mesh: headings('Animals', 'Mice') }).human.reason, 'MeSH says Animals, not Humans.');
    assert.equal(facts({ mesh: headings('Animals', 'Humans') }).human.value, 0.7);
    assert.equal(facts({}).human.value, 0.5);
  });

  test('the journal part rests on what the record says of its journal', () => {
    const journal = {
      title: 'Heart',
      iso_abbreviation: null,
      issn: null,
      nlm_id: '9602087',
      volume: null,
      issue: null,
      pages: null,
    };

    assert.equal(facts({ journal, mesh: headings('Humans') }).journal.value, 0.9);
    assert.equal(facts({ journal }).journal.value, 0.5);
    assert.equal(facts({ journal, publication_types: named('Preprint') }).journal.value, 0.2);
    assert.equal(facts({ kind: 'book' }).journal.value, 0.6);
    assert.equal(facts({}).journal.value, 0.3);
  });

  test('marks of investment relevance add up and are named', () => {
    const author = {
      last_name: 'A',
      fore_name: null,
      initials: null,
      suffix: null,
      collective_name: null,
      orcid: null,
      affiliations: ['Genentech, Inc., South San Francisco, CA, USA.'],
    };

    assert.deepEqual(
      facts({
        publication_types: named('Clinical Trial, Phase II'),
        authors: [author],
        chemicals: [{ ui: null, name: 'atezolizumab', registry_number: '52CMI0WC3Y' }],
        abstract: toAbstract('Registered as NCT01846416.'),
      }).investment_relevance,
      {
        value: 0.85,
        reason:
          'Found: Clinical Trial, Phase II, a registered substance, a company among affiliations or funders, trial registration NCT01846416.',
      },
    );
    assert.equal(
      facts({ authors: [{ ...author, affiliations: ['Incheon University, Korea.'] }] }).investment_relevance
        .value,
      0.1,
    );
  });

  test('docs/quality.md states the weights', () => {
    const page = readFileSync(new URL('../../docs/quality.md', import.meta.url), 'utf8');

    for (const [name, weight] of Object.entries(QUALITY_WEIGHTS)) {
      assert.match(page, new RegExp(`\\| \`${name}\` \\| ${weight} \\|`));
    }
    assert.ok(page.includes(`${1 - QUALITY_SHARE} × relevance + ${QUALITY_SHARE} × quality`));
  });
});
