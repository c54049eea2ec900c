import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Corpus } from '../../src/compose.ts';
import { ragSearch } from '../../src/tools/rag-search.ts';
import { callTool } from '../support/corpus/call-tool.ts';
import { loadInto, makeTestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';
import { findTestService } from '../support/services/services.ts';
import { makeWeaviateHome } from '../support/services/weaviate-home.ts';

const { skip } = findTestService('TEST_WEAVIATE_URL');

const FILES = ['pubmed25n1274', 'pubmed25n1275', 'pubmed26n1335'].map(
  (file) => `${import.meta.dirname}/../fixtures/nlm-files/${file}.xml.gz`,
);
/** How far the score of a document on one engine may be from that on the other. */
const TOLERANCE = 0.01;
const QUESTIONS = [
  'hepatitis B vaccination',
  'tumour necrosis factor alpha in inflammation',
  'IL-6',
  '"breast cancer" survival',
  'randomised trial of exercise in older people -mice',
  'what helps against insomnia?',
  'gene expression in cancer cells',
  'diabetes',
  'hepatitis A and B',
  'cytotoxic T',
];
/** Each is told by the first paper as it is asked for, and by the second in a list or another way. */
const LISTED = {
  'hepatitis B': 'hepatitis A and B',
  'IL-10': 'interleukin-6 and -10',
  'vitamin K': 'vitamins D and K',
  'HLA-DR': 'HLA-A, -B and -DR',
  V66M: 'Val66Met',
  'C57BL/6': 'C57BL/6J',
  'MHC-II': 'MHC class II',
  'ECOG 1': 'ECOG performance status 0-2',
};

describe('one corpus on LanceDB and on Weaviate', { skip }, () => {
  const stack = new AsyncDisposableStack();
  let lance: Corpus;
  let weaviate: Corpus;
  before(async () => {
    const homes = [stack.use(await makeTestHome()), stack.use(await makeWeaviateHome())] as const;
    lance = stack.use(await homes[0].open());
    weaviate = stack.use(await homes[1].open());
    const papers = Object.entries(LISTED).flatMap(([name, list], at) => [
      articleXml({
        pmid: 2 * at + 1,
        title: `Nurses and ${name} there.`,
        abstract: 'Nothing is told of it.',
      }),
      articleXml({
        pmid: 2 * at + 2,
        title: `Nurses and ${list} there.`,
        abstract: 'Nothing is told of it.',
      }),
    ]);
    const lists = await homes[0].write('lists.xml', setXml(papers.join('')));
    for (const corpus of [lance, weaviate]) await loadInto(corpus, ...FILES, lists);
  });
  after(() => stack.disposeAsync());

  for (const search_mode of ['bm25', 'semantic', 'hybrid'] as const)
    test(`answers a question by the same documents, scores and warnings: ${search_mode}`, async () => {
      let compared = 0;
      for (const query of QUESTIONS) {
        const ask = (corpus: Corpus) => callTool(corpus, ragSearch, { query, search_mode, top_k: 20 });
        const [one, other] = [await ask(lance), await ask(weaviate)];
        const about = `${query}: ${toTold(one)} | ${toTold(other)}`;
        assert.deepEqual(other.warnings, one.warnings, query);
        assert.equal(other.documents.length, one.documents.length, about);
        const scores = new Map(other.documents.map(({ pmid, score }) => [pmid, score]));
        for (const [at, { pmid, score }] of one.documents.entries()) {
          // The last may be another one that is as close.
          const last = other.documents.at(-1)?.score ?? 0;
          assert.ok(Math.abs((scores.get(pmid) ?? last) - score) <= TOLERANCE, `${pmid}, ${about}`);
          const there = other.documents[at]?.score ?? 0;
          assert.ok(Math.abs(there - score) <= TOLERANCE, `place ${at + 1}, ${about}`);
          compared += 1;
        }
      }
      assert.ok(compared > QUESTIONS.length * 2, `${compared} documents`);
    });

  test('a text with a list of names is found by each of them, beside one that writes it in full', async () => {
    for (const corpus of [lance, weaviate])
      for (const [at, name] of Object.keys(LISTED).entries()) {
        const found = await callTool(corpus, ragSearch, { query: `nurses "${name}"`, search_mode: 'bm25' });
        const expected = [`${2 * at + 1}`, `${2 * at + 2}`];
        assert.deepEqual(found.documents.map(({ pmid }) => pmid).slice(0, 2), expected, name);
        const [whole, listed] = found.documents.map(({ score }) => score);
        // A word of a title counts three times, and what else it stands for once.
        assert.ok((listed ?? 0) > (whole ?? 0) * 0.8, `${name}: ${whole} ${listed}`);
      }
  });
});

function toTold({ documents }: { documents: readonly { pmid: string; score: number }[] }): string {
  return documents.map(({ pmid, score }) => `${pmid} ${score}`).join(', ');
}
