import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NamedCorpus } from './named-records.ts';

/** A question of words, phrases and exclusions. */
export function testFoundByWords({ find, search }: NamedCorpus): void {
  test('a question by words finds headings, chemicals, keywords, groups and titles of any language', async () => {
    const cases: [question: string, pmid: number][] = [
      ['Myocardial Infarction', 7],
      ['acetylsalicylic', 7],
      ['gabapentinoids', 7],
      ['Northern Lung-Cancer Study Group', 4],
      ['herzinfarkt', 7],
    ];
    for (const [query, pmid] of cases) {
      assert.equal((await find(query, { search_mode: 'bm25' }))[0], pmid, query);
    }
    const { warnings } = await search('myocardail', { search_mode: 'bm25' });
    assert.match(warnings.join(), /"myocardail" \(did you mean "myocardial"\?\)/, 'a heading alone has it');
    const { documents } = await search('herzinfarkt', { search_mode: 'bm25' });
    const shown = documents[0]?.passages.map(({ text }) => text);
    assert.deepEqual(shown, ['People were followed.'], 'what it is found by is no part of the passage');
  });

  test('phrases and exclusions hold for a whole paper, whichever of its passages is found', async () => {
    const search_mode = 'bm25';
    assert.deepEqual(await find('lithotripsy', { search_mode }), [8]);
    assert.deepEqual(await find('lithotripsy -rats', { search_mode }), [8]);
    for (const query of ['lithotripsy -mice', 'lithotripsy NOT "mice were fed"', 'lithotripsy -urinary'])
      assert.deepEqual(await find(query, { search_mode }), [], query);
    assert.deepEqual((await find('"Carbone DP"'))[0], 1, 'a name in quotes is one');
    assert.ok(!(await find('Carbone DP -heart')).includes(1));
    assert.equal((await find('PMID 20000001 -heart'))[0], 1, 'who names a record gets it');
    assert.deepEqual(await find('"lithotripsy of stones" "mice were fed"', { search_mode }), [8]);
    assert.deepEqual(await find('"lithotripsy of stones" "rats were fed"', { search_mode }), []);
  });
}
