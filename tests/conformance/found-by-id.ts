import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NamedCorpus } from './named-records.ts';

/** A question that names papers by their ids, or speaks of years. */
export function testFoundById({ find, search }: NamedCorpus): void {
  test('a record that the question names comes first, in any spelling and every mode', async () => {
    const spellings = [
      '20000001',
      'PMID: 20000001',
      'pmid20000001',
      'what does PMID 20000001 say of Smith J?',
      'https://pubmed.ncbi.nlm.nih.gov/20000001/',
      'https://www.ncbi.nlm.nih.gov/pubmed/20000001',
      'PMC7654321',
      'pmcid: 7654321',
      'https://pmc.ncbi.nlm.nih.gov/articles/PMC7654321/',
      '10.1000/abc.(12)3',
      'https://www.example.org/doi/full/10.1000/abc.(12)3?download=1',
      'PMID:20000001.',
      '[PMID 20000001]',
      'PMC 7654321',
      'doi:10.1000/ABC.(12)3',
      'https://doi.org/10.1000/abc.(12)3',
      'http://dx.doi.org/10.1000%2FABC.%2812%293',
      'It was shown (doi: 10.1000/abc.(12)3).',
      'https://www.example.org/doi/10.1000/abc.(12)3/fulltext',
      'https://www.example.org/10.1000/abc.(12)3.full.pdf',
      'PMID-20000001',
      'info:pmid/20000001',
      'PMIDs: 20000001, 29999999',
      'PMC-7654321',
      '20000001[uid]',
      '10.1000/abc.(12)3[doi]',
      'pubmed/20000001',
      '[10.1000/abc.(12)3](https://doi.org/10.1000/abc.(12)3)',
      '10.1000/abc.(12)3;10.1000/other',
      '<https://doi.org/10.1000/abc.(12)3>',
    ];
    for (const spelling of spellings) {
      const [first] = await find(spelling);
      assert.equal(first, 1, spelling);
    }
    for (const search_mode of ['bm25', 'semantic'])
      assert.equal((await find('PMC7654321', { search_mode }))[0], 1);
    assert.deepEqual((await find('20000004, 20000001 and 20000003')).slice(0, 3), [4, 1, 3]);
  });

  test('a question that is ids alone is answered by nothing else', async () => {
    const cases: [question: string, pmids: number[]][] = [
      ['PMC7654321', [1]],
      ['https://pmc.ncbi.nlm.nih.gov/articles/PMC7654321/', [1]],
      ['https://pubmed.ncbi.nlm.nih.gov/20000001/', [1]],
      ['(PMID 20000001)', [1]],
      ['PMID: 20000001 and doi:10.1000/abc.(12)3', [1]],
      ['PMIDs 20000003 and 20000001', [3, 1]],
      ['https://pmc.ncbi.nlm.nih.gov/articles/PMC1111111/', []],
      ['find the paper with PMID 20000001', [1]],
      ['papers similar to PMID 20000001', [1]],
      ['Summarize 20000001.', [1]],
      ['20000001 vs 20000003', [1, 3]],
      ['20000001; 20000003', [1, 3]],
      ['12', []],
      ['PMID 19, 21', []],
    ];
    for (const search_mode of ['hybrid', 'bm25', 'semantic'])
      for (const [question, pmids] of cases)
        assert.deepEqual(await find(question, { search_mode }), pmids, question);
    assert.ok((await find('PMID 20000001, a heart attack')).includes(2), 'it has words of its own');
    for (const question of [
      'PMID 20000001 sleep',
      '20000001;sleep',
      '10.1000/abc.(12)3 sleep',
      'doi:10.1000/abc.(12)3,sleep',
      'doi:10.1000/abc.(12)3,PMID:20000001 sleep',
      '10.1000/abc.(12)3;sleep, deep',
    ])
      assert.deepEqual((await find(question)).slice(0, 2), [1, 3], `${question}: an id is no word of it`);
    for (const question of ['PMID 29999999 sleep', 'https://doi.org/10.1000/none sleep'])
      assert.equal((await find(question))[0], 3, `${question}: the topic is asked for nevertheless`);
    assert.equal((await find('2021'))[0], 2, 'a year may be a word');
    const { warnings } = await search('sleep NOT (20000001)');
    assert.doesNotMatch(warnings.join(), /PMID/, 'what is left out is not looked for');
  });

  test('a paper that the question leaves out by its PMID is not shown', async () => {
    assert.ok((await find('sleep')).includes(3));
    const left = ['NOT 20000003', '-20000003', 'NOT PMID: 20000003', 'NOT 20000001, 20000003.', '−20000003'];
    for (const question of left.map((exclusion) => `sleep ${exclusion}`)) {
      const found = await find(question);
      assert.ok(!found.includes(3), `${question}: ${found}`);
      assert.doesNotMatch((await search(question)).warnings.join(), /20000003/, question);
    }
    const ofAuthor = await find('Smith J -20000004');
    assert.ok(ofAuthor[0] === 3 && !ofAuthor.includes(4), `${ofAuthor}`);
    await assert.rejects(search('NOT 20000003'), /only what to leave out/);
  });

  test('an ISSN is told to be one, and a stretch of numbers that looks like it is not', async () => {
    assert.match((await search('0028-4793')).warnings.join(), /filters\.journals \["0028-4793"\]/);
    // Years that have the check digit of an ISSN.
    for (const years of ['1900-2000', '1951-2015'])
      assert.doesNotMatch((await search(`heart attack ${years}`)).warnings.join(), /ISSN/, years);
    assert.match((await search('issn 1951-2015')).warnings.join(), /filters\.journals/);
  });

  test('years beside a topic are words, and the answer says what narrows to them', async () => {
    const warn = async (query: string) => (await search(query)).warnings.join();
    for (const years of ['since 2015', 'since 2015?', 'before 1990', '2010-2015', 'published in 2019'])
      assert.match(await warn(`heart attack ${years}`), /year_from and year_to narrow/, years);
    for (const query of [
      'Smith J since 2021',
      'heart attack 2019',
      'Smith J sleep 2020',
      'sleep 1900-2000 kcal',
    ])
      assert.doesNotMatch(await warn(query), /year_from/, query);
    const { warnings } = await search('heart attack since 2015', { filters: { year_from: 2015 } });
    assert.doesNotMatch(warnings.join(), /year_from/, 'a filter says it already');
  });
}
