import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { toDateWindowQuery, toPubmedQuery } from '../../src/pubmed/queries/query-builder.ts';
import { checkTerm } from '../../src/pubmed/queries/query-check.ts';
import { openEutilsBench } from '../support/pubmed/eutils.ts';
import { parseQuery } from '../support/pubmed/ncbi-stand-in/query-parser.ts';

describe('typed filters', () => {
  test('values of one kind are OR, kinds are AND', () => {
    const query = toPubmedQuery({
      term: 'glioma OR astrocytoma',
      journals: ['Nature', 'J Cheminform', '101516718'],
      mesh: ['Receptors, Antigen, T-Cell'],
      publication_types: ['Clinical Trial', 'Review'],
      languages: ['english'],
      has_abstract: true,
    });
    assert.equal(
      query,
      '(glioma OR astrocytoma) AND ("Nature"[ta] OR "J Cheminform"[ta] OR "101516718"[jid]) AND ' +
        '("Receptors, Antigen, T-Cell"[mh]) AND ("Clinical Trial"[pt] OR "Review"[pt]) AND ("english"[la]) AND hasabstract',
    );
  });

  test('a term alone stays as it is, and empty filters add nothing', () => {
    assert.equal(toPubmedQuery({ term: ' glioma ', journals: [], authors: [] }), 'glioma');
  });

  test('records without an abstract can be asked for', () => {
    assert.equal(toPubmedQuery({ term: 'glioma', has_abstract: false }), '(glioma) NOT hasabstract');
  });

  test('a person with initials also means further initials, other names are persons or groups', () => {
    const clause = (author: string) =>
      toPubmedQuery({ term: 'x', authors: [author] }).slice('(x) AND '.length);
    assert.equal(clause("O'Brien J"), "(O'Brien J[au])");
    assert.equal(clause('van der Müller JA'), '(van der Müller JA[au])');
    assert.equal(clause('Smith'), '("Smith"[au] OR "Smith"[cn])');
    assert.equal(
      clause('RECOVERY Collaborative Group'),
      '("RECOVERY Collaborative Group"[au] OR "RECOVERY Collaborative Group"[cn])',
    );
    assert.equal(clause('Smith OR J'), '("Smith OR J"[au] OR "Smith OR J"[cn])');
  });

  test('dates of any precision become a range, with open ends', () => {
    const range = (dates: object) => toPubmedQuery({ term: 'x', ...dates }).slice('(x) AND '.length);
    assert.equal(range({ date_from: '2024', date_to: '2024' }), '2024:2024[pdat]');
    assert.equal(range({ date_from: '2024-02-29', date_type: 'edat' }), '2024/02/29:3000[edat]');
    assert.equal(range({ date_to: '2024-06', date_type: 'mdat' }), '1000:2024/06[mdat]');
    assert.equal(range({ date_from: '2024-06-15', date_to: '2024-06' }), '2024/06/15:2024/06[pdat]');
  });

  for (const date of [
    '2023-02-29',
    '2024-13',
    '2024-00',
    '2024-04-31',
    '0999',
    '24',
    '2024/01/01',
    '2024-1-1',
    'today',
  ]) {
    test(`the date ${date} is refused by its field's name`, () => {
      assert.throws(() => toPubmedQuery({ term: 'x', date_from: date }), {
        code: 'VALIDATION',
        hint: /^`date_from` /,
      });
    });
  }

  test('an end before the beginning is refused', () => {
    const dates = { date_from: '2024-06', date_to: '2024-05-31' };
    assert.throws(() => toPubmedQuery({ term: 'x', ...dates }), { code: 'VALIDATION', hint: /^`date_to` / });
  });

  const hostile = ['Nature"[ta] OR cancer', 'a[ti]', 'Natur*', '', ' ', '“Nature”', '---', 'back\\slash'];
  for (const value of hostile) {
    test(`the value ${JSON.stringify(value)} is refused by its place`, () => {
      assert.throws(() => toPubmedQuery({ term: 'x', journals: ['Nature', value] }), {
        code: 'VALIDATION',
        hint: /^`journals\[1\]` /,
      });
    });
  }

  test('no value can leave its phrase: the query keeps its shape', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (value) => {
        let query: string;
        try {
          query = toPubmedQuery({ term: 'x', mesh: [value] });
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'VALIDATION');
          return;
        }
        const text = value.replace(/\s+/g, ' ').trim();
        assert.equal(checkTerm(query), query);
        assert.deepEqual(parseQuery(query), {
          kind: 'both',
          operator: 'AND',
          left: { kind: 'text', text: 'x', quoted: false, tag: null },
          right: { kind: 'text', text, quoted: true, tag: 'mh' },
        });
      }),
    );
  });

  test('a term cannot leave its parentheses', () => {
    assert.throws(() => toPubmedQuery({ term: 'a) OR (b', journals: ['Nature'] }), { code: 'VALIDATION' });
  });

  test('the window of an incremental sync is closed by days of creation or modification', () => {
    const window = { from: '2026-01-01', to: '2026-02-01' };
    assert.equal(
      toDateWindowQuery('a OR b', { ...window, tag: 'crdt' }),
      '(a OR b) AND 2026/01/01:2026/02/01[crdt]',
    );
    assert.equal(
      toDateWindowQuery('a', { from: null, to: '2026-02-01', tag: 'mdat' }),
      '(a) AND 1000:2026/02/01[mdat]',
    );
  });

  test('the built query finds what the filters say', async () => {
    await using bench = await openEutilsBench();
    const filters = {
      journals: ['Arzneimittelforschung'],
      authors: ['Kröger H'],
      date_from: '1975-09',
      date_to: '1975',
    };
    const term = toPubmedQuery({ term: 'liver', languages: ['english'], has_abstract: true, ...filters });
    const { pmids, warnings } = await bench.client.search({ term, limit: 10 }, bench.within(25_000));
    assert.deepEqual(pmids, ['24']);
    assert.deepEqual(warnings, []);
  });
});
