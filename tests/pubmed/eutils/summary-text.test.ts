import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Pmid } from '../../../src/domain/ids.ts';
import { decodeSummaryText } from '../../../src/pubmed/eutils/summary-text.ts';
import { openEutilsBench } from '../../support/pubmed/eutils.ts';

describe('pain 17: text that is escaped twice', () => {
  test('is decoded until no entity is left', () => {
    assert.equal(decodeSummaryText('CSR&amp;amp;D'), 'CSR&D');
    assert.equal(decodeSummaryText('R&amp;D'), 'R&D');
    assert.equal(decodeSummaryText('R&D'), 'R&D');
    assert.equal(decodeSummaryText('&#946;-catenin &amp;#x3b2; &#x1F600;'), 'β-catenin β 😀');
  });

  test('loses inline markup and keeps what only looks like it', () => {
    assert.equal(
      decodeSummaryText('&lt;i&gt;BRCA1&lt;/i&gt; with P&lt;0.001 and 2 &gt; 1'),
      'BRCA1 with P<0.001 and 2 > 1',
    );
  });

  test('keeps diacritics and unknown entities as they are', () => {
    assert.equal(decodeSummaryText('Kröger &nosuch; &#0;'), 'Kröger &nosuch; &#0;');
  });

  test('comes right out of a summary', async () => {
    await using bench = await openEutilsBench();
    const entry = {
      uid: '24',
      title: '&lt;sup&gt;13&lt;/sup&gt;C R&amp;amp;D.',
      authors: [{ name: 'Kröger H' }],
    };
    const body = JSON.stringify({ result: { uids: ['24'], '24': entry } });
    bench.ncbi.faults.next({ fault: { kind: 'body', body } });
    const { summaries } = await bench.client.summarise(['24' as Pmid], bench.within(25_000));
    assert.equal(summaries[0]?.title, '13C R&D.');
    assert.deepEqual(summaries[0]?.authors, ['Kröger H']);
  });
});
