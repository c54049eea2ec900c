import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openSuiteCorpus } from '../support/corpus/suite-corpus.ts';
import { loadInto, type TestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const FILES = ['pubmed25n1274', 'pubmed25n1275', 'pubmed26n1335'];
const ADDED = [
  articleXml({
    pmid: 20_000_001,
    title: 'Metformin and the risk of falls in type 2 diabetes: a cohort study.',
    abstract: 'Metformin was followed by fewer falls of people with type 2 diabetes than sulfonylureas.',
    journal: '<Title>Journal of Test Falls</Title><ISOAbbreviation>J Test Falls</ISOAbbreviation>',
    authors:
      '<AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Quillfeather</LastName><ForeName>Zoe</ForeName><Initials>Z</Initials></Author></AuthorList>',
  }),
  articleXml({
    pmid: 20_000_002,
    title: 'Withdrawn: semaglutide cures snoring.',
    abstract: 'Semaglutide cured snoring of all people.',
    publicationTypes: ['Journal Article', 'Retracted Publication'],
  }),
  articleXml({
    pmid: 20_000_003,
    title: '[Drugs after a stroke].',
    abstract: 'Drugs after a stroke were counted.',
    journal: '<Title>Wobbly Ukulele</Title><ISOAbbreviation>Wobbly Ukulele</ISOAbbreviation>',
    authors: '<VernacularTitle>Arzneimittel nach einem Schlaganfall.</VernacularTitle>',
  }).replace('<Language>eng<', '<Language>ger<'),
];
const MODES = ['hybrid', 'bm25', 'semantic'] as const;

/** Nothing is filled up, and an answer says what it is not: the same over every engine. */
export function describeHonestAnswers(engine: string, makeHome: () => Promise<TestHome>): void {
  describe(`on ${engine}`, () => {
    const { search } = openSuiteCorpus(makeHome, async (corpus, home) => {
      const files = FILES.map((file) => `${import.meta.dirname}/../fixtures/nlm-files/${file}.xml.gz`);
      await loadInto(corpus, ...files, await home.write('added.xml', setXml(...ADDED)));
    });

    const ask = async (query: string, params: Record<string, unknown> = {}) => {
      const { documents, warnings, excluded } = await search(query, params);
      return { pmids: documents.map(({ pmid }) => pmid), warnings, excluded };
    };

    test('a drug that no text names brings nothing, with what to do', async () => {
      for (const query of ['Tagrisso', 'guitar chords for beginners'])
        for (const search_mode of ['hybrid', 'bm25']) {
          const { pmids, warnings } = await ask(query, { search_mode });
          assert.deepEqual(pmids, [], `${query}, ${search_mode}`);
          const told = warnings.join('\n');
          assert.match(told, /No stored text holds "/);
          if (search_mode === 'hybrid')
            assert.ok(told.includes(`so none is shown; pubmed.sync {"term":"${query}"} brings`), told);
        }
    });

    test('a question in another script, of which no text holds a word, brings nothing, and says why', async () => {
      for (const query of ['диабет', 'сахарный диабет', 'διαβήτης'])
        for (const search_mode of ['hybrid', 'bm25']) {
          const { pmids, warnings } = await ask(query, { search_mode });
          assert.deepEqual(pmids, [], `${query}, ${search_mode}`);
          assert.match(warnings.join('\n'), /No stored text holds "/, query);
        }
    });

    test('the name of a journal as the question is told to be one, and a topic is not', async () => {
      for (const query of ['Journal of Test Falls', 'J Test Falls']) {
        const { warnings } = await ask(query);
        const told = `"${query}" is the name of a journal: filters.journals ["${query}"] narrows to its papers.`;
        assert.ok(warnings.includes(told), warnings.join('\n'));
      }
      const { pmids, warnings } = await ask('Wobbly Ukulele');
      assert.deepEqual(pmids, []);
      assert.match(warnings.join(), /"Wobbly Ukulele" is the name of a journal/);
      for (const query of ['Journal of Nowhere', 'falls', 'journal impact of falls'])
        assert.doesNotMatch((await ask(query)).warnings.join('\n'), /name of a journal/, query);
      const narrowed = await ask('Journal of Test Falls', {
        filters: { journals: ['Journal of Test Falls'] },
      });
      assert.doesNotMatch(narrowed.warnings.join('\n'), /name of a journal/);
    });

    test('a misspelt word gets the one that it means, and a word of a kind of its own none', async () => {
      for (const search_mode of ['hybrid', 'bm25']) {
        const { pmids, warnings } = await ask('metfromin and falls in type 2 diabetes', { search_mode });
        assert.equal(pmids[0], '20000001');
        assert.match(warnings.join('\n'), /No stored text holds "metfromin" \(did you mean "metformin"\?\);/);
      }
      const none = await ask('qzzvxq metformin');
      assert.match(none.warnings.join('\n'), /No stored text holds "qzzvxq"; /);
    });

    test('a score says the same in every answer, and of every paper that is as close', async () => {
      const query = 'metformin falls type 2 diabetes';
      const score = async (asked: string, params: Record<string, unknown>) => {
        const { documents } = await search(asked, params);
        return documents.find(({ pmid }) => pmid === '20000001')?.score ?? 0;
      };
      for (const search_mode of MODES) {
        const whole = await score(query, { search_mode });
        assert.ok(whole > 0.5 && whole <= 1, `${search_mode}: ${whole}`);
        const filters = { pmids: ['20000001', '20000002'] };
        for (const other of [
          { top_k: 1 },
          { top_k: 50 },
          { filters },
          { detail: 'full' },
          { return_chunks: false },
        ])
          assert.ok(Math.abs((await score(query, { search_mode, ...other })) - whole) <= 0.02, search_mode);
        const half = await score('metformin falls zeppelins monorails', { search_mode, filters });
        assert.ok(half < whole, `${search_mode}: half of the question ${half}, all of it ${whole}`);
      }
    });

    test('a filter is not filled up with what is about something else', async () => {
      const filters = { publication_types: ['Journal Article'] };
      const { pmids, warnings } = await ask('Tagrisso', { filters });
      assert.deepEqual(pmids, []);
      assert.match(
        warnings.join('\n'),
        /No stored paper that meets the filters is close enough .*ask without a filter/,
      );
    });

    test('an own question is answered in every mode, and nothing is said', async () => {
      for (const search_mode of MODES) {
        const { pmids, warnings } = await ask('metformin falls type 2 diabetes', { search_mode });
        assert.equal(pmids[0], '20000001', search_mode);
        assert.deepEqual(warnings, [], search_mode);
      }
    });

    test('what is asked for by author, id, phrase, or filters alone is not cut', async () => {
      const { pmids } = await ask('Quillfeather Z');
      assert.equal(pmids[0], '20000001');
      const only = [
        ['cars and trains', { pmids: ['20000001'] }],
        ['cars and trains', { authors: ['Quillfeather'] }],
        ['latest papers', { pmids: ['20000001'] }],
      ] as const;
      for (const [query, filters] of only)
        assert.deepEqual((await ask(query, { filters })).pmids, ['20000001'], query);
      const phrase = await ask('"fewer falls of people" trains zeppelins unicorns monorails');
      assert.deepEqual(phrase.pmids, ['20000001']);
      const listed = await ask('recent papers', { filters: { year_from: 2020, year_to: 2020 }, top_k: 50 });
      assert.ok(listed.pmids.includes('20000001'), 'a question without a topic leaves it to the filters');
    });

    test('a retracted paper that alone would answer is named, and nothing stands in for it', async () => {
      const { pmids, excluded } = await ask('semaglutide cures snoring');
      assert.deepEqual(
        excluded.map(({ pmid }) => pmid),
        ['20000002'],
      );
      assert.ok(!pmids.includes('20000002'));
    });

    test('a question in another language is said to be one, and what is stored in it', async () => {
      for (const search_mode of MODES) {
        const french = await ask('traitement de la migraine chez les femmes', { search_mode });
        const shared = french.pmids.length > 0 ? '; what is shown shares some words with it, no more' : '';
        assert.equal(
          french.warnings[0],
          `The question reads as French, and no stored paper is in French: ask in English${shared}.`,
          search_mode,
        );
        assert.ok(!french.warnings.join('\n').includes('pubmed.sync'), 'PubMed has English words');
        const german = await ask('Welche Medikamente helfen nach einem Schlaganfall?', { search_mode });
        assert.match(german.warnings[0] ?? '', /reads as German\. 3 stored papers are in German /);
        if (search_mode !== 'semantic') assert.equal(german.pmids[0], '20000003');
      }
      const named = await ask('Arzneimittel nach einem Schlaganfall');
      assert.deepEqual([named.pmids[0], named.warnings], ['20000003', []]);
    });

    test('quality brings up no good study of something else', async () => {
      const { pmids } = await ask('Tagrisso', { rerank_by_quality: true });
      assert.deepEqual(pmids, []);
      const falls = await ask('metformin falls type 2 diabetes', { rerank_by_quality: true });
      const plain = await ask('metformin falls type 2 diabetes', { top_k: 50 });
      for (const pmid of falls.pmids) assert.ok(plain.pmids.includes(pmid), pmid);
    });
  });
}
