import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Corpus } from '../../src/compose.ts';
import { corpusCheckpointCreate } from '../../src/tools/corpus-checkpoint-create.ts';
import { ragGet } from '../../src/tools/rag-get.ts';
import { ragSearch } from '../../src/tools/rag-search.ts';
import { callTool } from '../support/corpus/call-tool.ts';
import { loadInto, makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const SAMPLE = `${import.meta.dirname}/../fixtures/nlm-files/pubmed26n1334.xml.gz`;

describe('rag.search that finds nothing', () => {
  let home: TestHome;
  let corpus: Corpus;
  let emptyCheckpoint: string;
  before(async () => {
    home = await makeTestHome();
    corpus = await home.open();
  });
  after(async () => {
    await corpus[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  const warn = async (params: Record<string, unknown>) => {
    const { documents, warnings } = await callTool(corpus, ragSearch, { query: 'patients', ...params });
    assert.deepEqual(documents, []);
    return warnings;
  };
  const find = async (filters: Record<string, unknown>) => {
    const { documents, warnings } = await callTool(corpus, ragSearch, { query: 'patients', filters });
    assert.deepEqual(warnings, []);
    return documents.length;
  };

  test('says that the corpus is empty, whatever was asked', async () => {
    const empty = ['The corpus is empty: bring a topic in with pubmed.sync.'];
    assert.deepEqual(await warn({}), empty);
    assert.deepEqual(await warn({ search_mode: 'bm25', filters: { languages: ['Klingon'] } }), empty);
    ({ checkpoint_id: emptyCheckpoint } = await callTool(corpus, corpusCheckpointCreate, { name: 'empty' }));
  });

  describe('in a corpus that holds documents', () => {
    before(() => loadInto(corpus, SAMPLE));

    const unheld: [filter: string, name: string, sentence: RegExp][] = [
      [
        'languages',
        'Klingon',
        /^No stored record has the language Klingon; .* three letters, such as eng\.$/,
      ],
      ['publication_types', 'RCT', /^No stored record has the publication type RCT; .*Randomized/],
      ['journals', 'Nonesuch Letters', /^No stored record has the journal Nonesuch Letters; .*abbreviation/],
      ['mesh', 'Unicorns', /^No stored record has the MeSH descriptor Unicorns; .*by name or UI/],
    ];
    for (const [filter, name, sentence] of unheld) {
      test(`names what no record has among ${filter}, in every mode`, async () => {
        for (const search_mode of ['hybrid', 'semantic', 'bm25']) {
          const [only = '', ...others] = await warn({ search_mode, filters: { [filter]: [name] } });
          assert.match(only, sentence);
          assert.deepEqual(others, []);
        }
      });
    }

    test('tells of every kind of filter, and of no more than a few names', async () => {
      const mesh = Array.from({ length: 100 }, (_, at) => `Unicorns ${at}`);
      const told = await warn({ filters: { mesh, languages: ['qqq'] } });
      assert.equal(told.length, 2);
      assert.match(told[1] ?? '', /Unicorns 4 or 95 more;/);
    });

    test('says that each filter has records and all together none', async () => {
      assert.deepEqual(await warn({ filters: { languages: ['eng'], date_to: '1700' } }), [
        'No stored record meets all the filters together: leave one out, or widen the dates.',
      ]);
    });

    test('answers sentences in their place by default, and whole passages with score_parts when asked', async () => {
      for (const detail of ['brief', 'scored', 'full']) {
        const { documents } = await callTool(corpus, ragSearch, { query: 'survival of patients', detail });
        assert.equal(documents.length, 10);
        for (const { doc_id, revision, score_parts, passages } of documents) {
          const { abstract, ...read } = await callTool(corpus, ragGet, { doc_id });
          assert.equal(revision, read.revision);
          assert.equal(score_parts !== undefined, detail !== 'brief');
          assert.ok(abstract !== undefined);
          if (abstract === null) continue;
          assert.ok(passages.length > 0, doc_id);
          for (const { text, start, end } of passages) {
            // A whole passage may be of an abstract in other words.
            if (start === null && detail === 'full') assert.ok(!abstract.text.includes(text));
            else assert.equal(abstract.text.slice(start ?? 0, end ?? 0), text);
          }
          const length = passages.reduce((sum, { text }) => sum + text.length, 0);
          if (detail !== 'full') assert.ok(length <= 500 && passages.length <= 3, `${length} characters`);
        }
      }
    });

    test('quotes what the index holds of a document that a rebuild took out of the store', async () => {
      const { services } = corpus;
      const findRevisions: typeof services.store.findRevisions = async () => new Map();
      const rebuilt = { ...corpus, services: { ...services, store: { ...services.store, findRevisions } } };
      const { documents } = await callTool(rebuilt, ragSearch, { query: 'survival of patients' });
      assert.equal(documents.length, 10);
      for (const { doc_id, passages } of documents) {
        const { abstract } = await callTool(corpus, ragGet, { doc_id });
        if (abstract === null || abstract === undefined) continue;
        assert.ok(passages.length > 0, doc_id);
        assert.ok(passages.every(({ text, start }) => text !== '' && start === null));
      }
    });

    test('quotes nothing of a paper without an abstract, whose title stands in the answer', async () => {
      const title = 'Zyzzyva in the ward';
      const file = await home.write('title.xml', setXml(articleXml({ pmid: 999_996, title, abstract: '' })));
      await loadInto(corpus, file);
      const find = async (detail: string) => {
        const { documents } = await callTool(corpus, ragSearch, { query: title, top_k: 1, detail });
        return documents.map(({ pmid, passages }) => [
          pmid,
          passages.map(({ section, start }) => [section, start]),
        ]);
      };
      assert.deepEqual(await find('brief'), [['999996', []]]);
      assert.deepEqual(await find('full'), [['999996', [['TITLE', null]]]]);
    });

    test('names words that no text holds', async () => {
      assert.deepEqual(await warn({ query: 'zzyzx', search_mode: 'bm25' }), [
        'No stored text holds "zzyzx"; pubmed.sync brings papers of PubMed that do.',
      ]);
    });

    test('names the call that brings a paper which is asked for by its id and not here', async () => {
      assert.deepEqual(await warn({ query: 'PMID: 77777777', search_mode: 'bm25' }), [
        'No paper found here has PMID 77777777; pubmed.get {"pmids": ["77777777"]} brings what is not stored.',
      ]);
      const { warnings } = await callTool(corpus, ragSearch, { query: 'doi:10.1000/not.here' });
      assert.deepEqual(warnings, [
        'No paper found here has that DOI or PMCID; pubmed.search finds its PMID, pubmed.get brings it.',
      ]);
    });

    test('says that a checkpoint was made of an empty corpus', async () => {
      const told = await warn({ checkpoint_id: emptyCheckpoint });
      assert.deepEqual(told, ['The checkpoint holds no document: leave checkpoint_id out.']);
    });

    test('takes languages by name and by other codes, as pubmed.search does', async () => {
      const count = await find({ languages: ['eng'] });
      assert.ok(count > 0);
      for (const name of ['English', 'english', 'EN', ' Eng ']) {
        assert.equal(await find({ languages: [name] }), count);
      }
    });
  });
});

test('of a name that more passages hold than are looked through no number is told as the whole', async () => {
  await using home = await makeTestHome();
  await using corpus = await home.open();
  const records = Array.from({ length: 120 }, (_, at) =>
    articleXml({ pmid: 20_000_001 + at, title: `Quoll ${at}.` }),
  );
  await loadInto(corpus, await home.write('quolls.xml', setXml(...records)));
  const ask = { query: 'quolls', filters: { mesh: ['quolls'] } };
  const { warnings } = await callTool(corpus, ragSearch, ask);
  assert.match(warnings.join(), /At least 100 records hold it as words: ask for "quolls" in the query\.$/);
});
