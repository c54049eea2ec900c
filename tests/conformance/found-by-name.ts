import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Corpus } from '../../src/compose.ts';
import { corpusCheckpointCreate } from '../../src/tools/corpus-checkpoint-create.ts';
import { ragSearch } from '../../src/tools/rag-search.ts';
import { callTool } from '../support/corpus/call-tool.ts';
import { loadInto, type TestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

function author(family: string, given: string, initials: string): string {
  return `<Author ValidYN="Y"><LastName>${family}</LastName><ForeName>${given}</ForeName><Initials>${initials}</Initials></Author>`;
}

const list = (...authors: string[]) => `<AuthorList CompleteYN="Y">${authors.join('')}</AuthorList>`;
const GROUP =
  '<Author ValidYN="Y"><CollectiveName>Northern Lung-Cancer Study Group.</CollectiveName></Author>';
/** Every other record speaks of what the questions name, so that words alone would find it first. */
const RECORDS = [
  articleXml({
    pmid: 20_000_001,
    title: 'Care after a heart attack.',
    abstract: 'People who had a heart attack were followed.',
    authors: list(author('Carbone', 'David P', 'DP'), author('Müller-Schmidt', 'Karl', 'K')),
    ids: { doi: '10.1000/ABC.(12)3', pmc: 'PMC7654321' },
    issn: '<ISSN IssnType="Electronic">1234-567X</ISSN>',
    journal:
      '<Title>The Annals of science &amp; justice (London, England)</Title><ISOAbbreviation>Ann. Sci. Justice</ISOAbbreviation>',
    year: 2019,
  }),
  articleXml({
    pmid: 20_000_002,
    title: 'Carbone, DP and Smith J: a comment on 20000001.',
    abstract: 'Carbone DP, Smith J, Quillfeather Z, PMC7654321, 10.1000/abc.(12)3, PMID 20000001, 2021.',
    authors: list(author('Doe', 'Jane', 'J')),
  }),
  articleXml({
    pmid: 20_000_003,
    title: 'Sleep.',
    authors: list(
      author('Smith', 'John Adam', 'JA'),
      author('O’Brien', 'Kim', 'K'),
      author('van der Berg', 'Jan', 'J'),
      author('van der Doe', 'Jan', 'J'),
    ),
    year: 2020,
  }),
  articleXml({
    pmid: 20_000_004,
    title: 'Rest.',
    authors: list(author('Smith', 'Jo', 'J'), author('Soerensen', 'Per', 'P'), GROUP),
    year: 2021,
  }),
  articleXml({
    pmid: 20_000_007,
    title: '[After the event].',
    abstract: 'People were followed.',
    authors: '<VernacularTitle>Nach dem Herzinfarkt.</VernacularTitle>',
    more:
      '<ChemicalList><Chemical><RegistryNumber>R16CO5Y76E</RegistryNumber><NameOfSubstance UI="D001241">Acetylsalicylic Acid</NameOfSubstance></Chemical></ChemicalList>' +
      '<MeshHeadingList><MeshHeading><DescriptorName UI="D009203" MajorTopicYN="Y">Myocardial Infarction</DescriptorName></MeshHeading></MeshHeadingList>' +
      '<KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">gabapentinoids</Keyword></KeywordList>',
    year: 2015,
  }),
  articleXml({
    pmid: 20_000_005,
    title: 'Hepatitis B vaccine.',
    abstract: 'Hepatitis B, a vaccine.',
    year: 2021,
  }),
  // Long enough for several passages: what the first speaks of is not in the last.
  articleXml({
    pmid: 20_000_008,
    title: 'Of the urinary tract.',
    abstract: `Lithotripsy of stones was studied after o-cresol. ${'They were watched with great care and much patience by us. '.repeat(90)} Mice were fed.`,
    authors: list(author('Li', 'Wei', 'W'), author('Garcia Lopez', 'Ana', 'A')),
    year: 2010,
  }),
];

/** What a question names, and what filters name: the same over every engine. */
export function describeFoundByName(engine: string, makeHome: () => Promise<TestHome>): void {
  describe(`on ${engine}`, () => {
    let home: TestHome;
    let corpus: Corpus;
    before(async () => {
      home = await makeHome();
      corpus = await home.open();
      await loadInto(corpus, await home.write('named.xml', setXml(...RECORDS)));
    });
    after(async () => {
      await corpus?.[Symbol.asyncDispose]();
      await home?.[Symbol.asyncDispose]();
    });

    const find = async (query: string, params: Record<string, unknown> = {}) => {
      const { documents } = await callTool(corpus, ragSearch, { query, ...params });
      return documents.map(({ pmid }) => Number(pmid) - 20_000_000);
    };

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
      for (const question of ['PMID 20000001 sleep', '20000001;sleep', '10.1000/abc.(12)3 sleep'])
        assert.deepEqual((await find(question)).slice(0, 2), [1, 3], `${question}: an id is no word of it`);
      for (const question of ['PMID 29999999 sleep', 'https://doi.org/10.1000/none sleep'])
        assert.equal((await find(question))[0], 3, `${question}: the topic is asked for nevertheless`);
      assert.equal((await find('2021'))[0], 2, 'a year may be a word');
      const { warnings } = await callTool(corpus, ragSearch, { query: 'sleep NOT (20000001)' });
      assert.doesNotMatch(warnings.join(), /PMID/, 'what is left out is not looked for');
    });

    test('years beside a topic are words, and the answer says what narrows to them', async () => {
      const warn = async (query: string) => (await callTool(corpus, ragSearch, { query })).warnings.join();
      for (const years of ['since 2015', 'since 2015?', 'before 1990', '2010-2015', 'published in 2019'])
        assert.match(await warn(`heart attack ${years}`), /year_from and year_to narrow/, years);
      for (const query of ['Smith J since 2021', 'heart attack 2019', 'Smith J sleep 2020'])
        assert.doesNotMatch(await warn(query), /year_from/, query);
      const narrowed = { query: 'heart attack since 2015', filters: { year_from: 2015 } };
      const { warnings } = await callTool(corpus, ragSearch, narrowed);
      assert.doesNotMatch(warnings.join(), /year_from/, 'a filter says it already');
    });

    test('a question that reads as an author answers that one first, newest first', async () => {
      const cases: [question: string, first: number[]][] = [
        ['Carbone DP', [1]],
        ['Carbone D.P.', [1]],
        ['Carbone D. P.', [1]],
        ['carbone dp', [1]],
        ['David Carbone', [1]],
        ['papers by Carbone DP', [1]],
        ['Carbone DP, 2019', [1]],
        ['Carbone DP 2019-2021', [1]],
        ['Carbone DP (2018–2020)', [1]],
        ['Smith J since 2021', [4]],
        ['Smith J before 2021', [3]],
        ['Smith J from 2019 to 2020', [3]],
        ['Berg J', [3]],
        ['berg j 2020', [3]],
        ['Müller-Schmidt K', [1]],
        ['Mueller-Schmidt K', [1]],
        ['Sörensen P', [4]],
        ["O'Brien K", [3]],
        ['O’Brien K', [3]],
        ['OBrien K', [3]],
        ['van der Berg J', [3]],
        ['Van der Berg, J.', [3]],
        ['Muller Schmidt K', [1]],
        ['Smith J', [4, 3]],
        ['Smith JA', [3]],
        ['Smith J 2021', [4]],
        ['Smith et al., 2020', [3]],
        ['Hepatitis B', [5]],
        ['hepatitis b', [5]],
        ['müller-schmidt k', [1]],
        ["o'brien k", [3]],
        ['van der berg j', [3]],
        ['van der berg j 2020', [3]],
        ['smith j 2021', [4]],
        ['2021 Smith J', [4]],
        ['Smith J (2021)', [4]],
        ['d.p. carbone', [1]],
        ['smith et al 2020', [3]],
        ['smith[au]', [4, 3]],
        ['papers by smith', [4, 3]],
        ['papers by david carbone', [1]],
        ['li w', [8]],
        ['garcia lopez a', [8]],
        ["O'Brien", [3]],
        ['O`Brien K', [3]],
        ['Müller-Schmidt', [1]],
        ['Sorensen P', [4]],
        ['Dr. David Carbone', [1]],
        ['Smith J[Author - First]', [4, 3]],
        ["Smith J[au] AND O'Brien K[au]", [3]],
        ["Carbone DP[au] OR O'Brien K[au]", [3, 1]],
      ];
      for (const [question, first] of cases) {
        assert.deepEqual((await find(question)).slice(0, first.length), first, question);
      }
    });

    test('an author and a topic answer what is by the one and about the other first', async () => {
      const cases: [question: string, first: number][] = [
        ['Smith J sleep', 3],
        ['sleep Smith JA', 3],
        ['Smith J on rest', 4],
        ['Carbone DP heart attack', 1],
        ['heart attack, Müller-Schmidt K', 1],
        ['van der Berg J sleep', 3],
        ['Hepatitis B vaccine', 5],
        ['Smith J hepatitis B vaccine', 5],
        ['smith j sleep', 3],
        ['sleep smith ja', 3],
        ['smith j 2020 sleep', 3],
        ['Smith J (2020) sleep', 3],
        ['Smith J, 2021, rest', 4],
        ['rest, smith j 2021', 4],
        ['Smith et al. (2020) sleep', 3],
        ['van der berg j sleep', 3],
        ['Berg J sleep', 3],
        ['sleep, Berg J', 3],
        ['papers by Smith J on rest', 4],
        ['papers by Smith JA sleep', 3],
        ['vaccine for hepatitis b', 5],
        ['Smith J[au] AND sleep[ti]', 3],
        ['sleep AND Smith J[au]', 3],
        ['("Smith JA"[Author]) AND sleep', 3],
      ];
      for (const [question, first] of cases) assert.equal((await find(question))[0], first, question);
      assert.equal((await find('Smith J sleep', { search_mode: 'semantic' }))[0], 3);
      const { documents } = await callTool(corpus, ragSearch, { query: 'Doe J sleep' });
      assert.ok(
        documents.length > 0 && documents.every(({ score }) => score < 1),
        'no van der Doe J is meant',
      );
      const later = { filters: { year_from: 2021 } };
      assert.ok(!(await find('Smith J sleep', later)).includes(3), 'filters hold');
      const { warnings } = await callTool(corpus, ragSearch, { query: 'Soerensen P rest' });
      assert.deepEqual(warnings, [], 'a name need not stand in a text');
    });

    test('several authors in a question answer what is by all of them, and nothing else', async () => {
      const cases: [question: string, pmids: number[]][] = [
        ["Smith JA, O'Brien K", [3]],
        ["Smith JA and O'Brien K", [3]],
        ["O'Brien K; Smith J; van der Berg J", [3]],
        ['Smith, J. A., and O’Brien, K.', [3]],
        ['J. Smith & P. Sörensen', [4]],
        ['smith j, soerensen p', [4]],
        ["papers by Smith J, O'Brien K and Van der Berg J, 2020", [3]],
        ['Carbone DP, Müller-Schmidt K et al., 2019', [1]],
        ["Smith J 2020 O'Brien K", [3]],
        ['smith ja van der berg j', [3]],
        ['Smith JA, 2020, van der Berg J', [3]],
        ['smith j 2021; soerensen p', [4]],
      ];
      for (const [question, pmids] of cases) assert.deepEqual(await find(question), pmids, question);
      const later = { filters: { year_from: 2020 } };
      assert.ok(!(await find('Carbone DP, Müller-Schmidt K', later)).includes(1));
      assert.equal((await find('Carbone DP and Smith J'))[0], 2, 'no paper is by both: words alone');
      assert.equal((await find('Hepatitis B, Hepatitis C'))[0], 5, 'topics');
    });

    test('where the question says that it is a name, nothing stands behind what is by them', async () => {
      const cases: [question: string, pmids: number[]][] = [
        ['papers by Carbone DP', [1]],
        ['Carbone D.P.', [1]],
        ['Smith J et al.', [4, 3]],
        ['author: Smith JA', [3]],
        ['author: carbone', [1]],
        ['carbone et al., 2019', [1]],
        ['van der Berg J', [3]],
      ];
      for (const search_mode of ['hybrid', 'bm25', 'semantic'])
        for (const [question, pmids] of cases)
          assert.deepEqual(await find(question, { search_mode }), pmids, question);
      const [first, ...others] = await find('Carbone DP');
      assert.deepEqual([first, others.includes(2)], [1, true], 'it may be no name');
      assert.ok(
        (await find('papers by carbone', { search_mode: 'bm25' })).includes(2),
        'as may small letters',
      );
    });

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
      const { warnings } = await callTool(corpus, ragSearch, { query: 'myocardail', search_mode: 'bm25' });
      assert.match(warnings.join(), /"myocardail" \(did you mean "myocardial"\?\)/, 'a heading alone has it');
      const asked = { query: 'herzinfarkt', search_mode: 'bm25' };
      const { documents } = await callTool(corpus, ragSearch, asked);
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

    test('filters name authors, PMIDs, years and journals', async () => {
      const cases: [filters: Record<string, unknown>, pmids: number[]][] = [
        [{ authors: ['Carbone DP'] }, [1]],
        [{ authors: ['carbone, david p.'] }, [1]],
        [{ authors: ['Smith'] }, [3, 4]],
        [{ authors: ['Smith JA', 'muller-schmidt'] }, [1, 3]],
        [{ authors: ['northern lung cancer study group'] }, [4]],
        [{ pmids: ['20000003', 20_000_005] }, [3, 5]],
        [{ year_from: 2021 }, [4, 5]],
        [{ year_from: 2016, year_to: 2019 }, [1]],
        [{ year_to: 2018 }, [7, 8]],
        [{ year_from: 2019, year_to: 2020, date_from: '2020-02' }, [2, 3]],
        [{ journals: ['Annals of Science and Justice'] }, [1]],
        [{ journals: ['The annals of science & justice (London, England)'] }, [1]],
        [{ journals: ['Ann Sci Justice'] }, [1]],
        [{ journals: ['1234-567x'] }, [1]],
        [{ journals: ['1234567X'] }, [1]],
      ];
      for (const [filters, pmids] of cases) {
        assert.deepEqual((await find('heart', { filters })).sort(), pmids, JSON.stringify(filters));
      }
    });

    test('a name that nothing has gets the nearest ones, with how many documents have each', async () => {
      const cases: [filters: Record<string, unknown>, told: RegExp][] = [
        [{ mesh: ['Myocardial Infraction'] }, /nearest are myocardial infarction \(1\)\.$/],
        [{ journals: ['Journal of test'] }, /nearest are journal of tests \(6\)/],
        [{ authors: ['Smithe J'] }, /nearest are smith j \(2\)/],
        [{ authors: ['Carbone XY'] }, /nearest are carbone/],
        [{ languages: ['englisch'] }, /nearest are english \(\d\)\.$/],
        [{ languages: ['Enlgish'] }, /nearest are english \(\d\)\.$/],
        [{ publication_types: ['Journal Articel'] }, /nearest are journal article \(\d\)/],
        [
          { mesh: ['gabapentinoids'] },
          /\. 1 record holds it as words: ask for "gabapentinoids" in the query\.$/,
        ],
        [{ mesh: ['"Acetylsalicylic Acid"'] }, /1 record holds it as words/],
        [{ mesh: ['people'] }, /2 records hold it as words/],
        [{ mesh: ['%_* ‘q'] }, /descriptors go by name or UI/],
      ];
      for (const [filters, told] of cases) {
        const { warnings } = await callTool(corpus, ragSearch, { query: 'heart', filters });
        assert.match(warnings.join('\n'), told);
      }
    });

    test('of several names, each that nothing has is told, also where the others find something', async () => {
      const cases: [filters: Record<string, unknown>, told: RegExp[]][] = [
        [
          { publication_types: ['JA', 'Journal Articel', 'Journal Article'] },
          [/publication type JA, Journal Articel; nearest are journal article \(\d\)\.$/],
        ],
        [{ journals: ['JT', 'Journal of Tests'] }, [/the journal JT; nearest are journal of tests \(\d\)/]],
        [
          { authors: ['Smithe J', 'Carbone DP', 'Nobody Q'] },
          [/the author Smithe J, Nobody Q; nearest are smith j \(2\)/],
        ],
        [{ pmids: [20_000_001, 29_999_999] }, [/the PMID 29999999; pubmed\.get/]],
        [{ publication_types: ['Journal Article', 'journal article'] }, []],
        [
          { authors: ['Carbone DP', 'Nobody Q'], mesh: ['Unicorns', 'Myocardial Infarction'] },
          [/the author Nobody Q;/, /the MeSH descriptor Unicorns;/, /No stored record meets all the filters/],
        ],
      ];
      for (const [filters, told] of cases) {
        const { warnings } = await callTool(corpus, ragSearch, { query: 'people', filters });
        assert.equal(warnings.length, told.length, warnings.join('\n'));
        for (const [at, sentence] of told.entries()) assert.match(warnings[at] ?? '', sentence);
      }
    });

    test('filters hold for what is named, and so does a checkpoint', async () => {
      assert.deepEqual(
        await find('PMID 20000001', { filters: { year_from: 2021, pmids: [20_000_001] } }),
        [],
      );
      const { checkpoint_id } = await callTool(corpus, corpusCheckpointCreate, { name: 'before' });
      const later = articleXml({
        pmid: 20_000_006,
        title: 'New.',
        authors: list(author('Carbone', 'Dora', 'D')),
        year: 2022,
      });
      await loadInto(corpus, await home.write('later.xml', setXml(later)));
      assert.deepEqual((await find('Carbone D')).slice(0, 2), [6, 1]);
      assert.deepEqual((await find('Carbone D', { checkpoint_id }))[0], 1);
      assert.ok(!(await find('20000006', { checkpoint_id })).includes(6));
      const filters = { authors: ['Carbone D'] };
      assert.deepEqual(await find('heart', { checkpoint_id, filters }), [1]);
    });
  });
}
