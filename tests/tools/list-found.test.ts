import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SearchAnswer } from '../../src/tools/rag-search.ts';
import { listFound } from '../../src/tools/shown/list-found.ts';

type Found = SearchAnswer['documents'][number];

const paper = (pmid: string, given: Partial<Found> = {}): Found => ({
  doc_id: `pmid:${pmid}`,
  pmid,
  revision: 1,
  title: `Title ${pmid}.`,
  score: 0.5,
  passages: [{ section: 'RESULTS', text: 'Falls were\u009b31m rarer.', score: 0.4, start: 9, end: 30 }],
  journal: 'Gut',
  year: 2020,
  publication_types: ['Journal Article', 'Meta-Analysis', 'Research Support, N.I.H., Extramural'],
  retraction_status: 'none',
  ...given,
});
const tell = (documents: Found[], given: Partial<SearchAnswer> = {}) =>
  listFound({
    documents,
    excluded_retracted: 0,
    excluded: [],
    search_mode: 'hybrid',
    warnings: [],
    ...given,
  });

describe('the list of found papers for reading', () => {
  test('has number, title, facts and sentences in quotes, and nothing that steers a terminal', () => {
    assert.equal(
      tell([paper('7')]),
      '1 paper (hybrid).\n\n1. Title 7.\n   PMID 7 · Gut 2020 · Meta-Analysis · score 0.5\n   RESULTS: “Falls were rarer.”',
    );
  });

  test('says what was left out, what is retracted, and that nothing was found', () => {
    const corrections = [{ type: 'RetractionIn', pmid: '88', citation: 'Gut. 2021;1:2' }];
    const retracted = paper('8', { retraction_status: 'retracted', corrections });
    const since = paper('9', { retracted_since: true });
    const text = tell([retracted, since], {
      excluded_retracted: 2,
      excluded: [
        { pmid: '5', title: 'Five.' },
        { pmid: '6', title: 'Six.' },
      ],
      warnings: ['No stored text holds "x".'],
    });
    assert.match(text, /brings them: PMID 5 Five\.; PMID 6 Six\.\n/);
    assert.match(text, /\n {3}RetractionIn: Gut\. 2021;1:2 PMID 88\n/);
    assert.match(text, /^2 papers, .*\n\nNote: No stored text holds "x"\.\n\nNote: 2 retracted papers were/);
    assert.match(text, /score 0\.5 · RETRACTED\n[\s\S]*score 0\.5 · RETRACTED SINCE THE CHECKPOINT\n/);
    assert.equal(tell([]), 'No stored paper was found.');
  });
});
