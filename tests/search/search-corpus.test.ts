import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Citation } from '../../src/domain/document/document.ts';
import type { Embedder } from '../../src/embedding/embedder.ts';
import { toChunkId } from '../../src/search/chunk-id.ts';
import { chunkDocument, toSearchText } from '../../src/search/chunking.ts';
import { toDocumentFacts } from '../../src/search/document-facts.ts';
import { openLanceDbIndex } from '../../src/search/lancedb/lancedb-index.ts';
import { type CorpusSearchRequest, createCorpusSearch } from '../../src/search/search-corpus.ts';
import type { SearchIndex } from '../../src/search/search-index.ts';
import { toPassageWords } from '../../src/search/words/passage-words.ts';
import { headings, named, toAbstract, toCitation } from './citation-samples.ts';
import { DIMENSIONS, toPmid, toVector } from './index-samples.ts';

const clock = { now: () => new Date('2026-03-01T00:00:00Z') };
/** The words as vector; knows no word that begins with "zz". */
const embedder: Embedder = {
  id: 'test words',
  dimensions: DIMENSIONS,
  async embed(texts) {
    return Float32Array.from(texts.flatMap((text) => [...toVector(text.replace(/\bzz\w*/g, ''))]));
  },
};

const DEFAULTS: Omit<CorpusSearchRequest, 'query'> = {
  topK: 10,
  mode: 'hybrid',
  alpha: 0.5,
  filters: {},
  rerankByQuality: false,
  membership: { kind: 'live' },
};

describe('corpus search', () => {
  test('a document is answered with all of its facts', async ({ signal }) => {
    await using corpus = await openCorpus([
      toCitation({
        pmid: 12_345_678,
        title: 'Melatonin & sleep',
        abstract: toAbstract(
          ['AIMS', 'To know about nights.'],
          ['RESULTS', 'Melatonin shortens sleep latency.'],
        ),
        journal: journal({ title: 'Sleep Medicine' }),
        published: date(2020),
        publication_types: named('Journal Article', 'Randomized Controlled Trial'),
      }),
    ]);

    const { documents, ...answer } = await corpus.search({ query: 'melatonin sleep latency' }, { signal });

    assert.deepEqual(answer, { excluded_retracted: 0, excluded: [], search_mode: 'hybrid', warnings: [] });
    const [{ score, score_parts, passages, ...document } = assert.fail()] = documents;
    assert.deepEqual(document, {
      doc_id: 'pmid:12345678',
      pmid: '12345678',
      revision: 1,
      title: 'Melatonin & sleep',
      journal: 'Sleep Medicine',
      year: 2020,
      publication_types: ['Journal Article', 'Randomized Controlled Trial'],
      retraction_status: 'none',
    });
    assert.deepEqual(passages[0], {
      section: 'RESULTS',
      text: 'Melatonin shortens sleep latency.',
      score,
    });
    assert.equal(passages[1]?.section, 'AIMS');
    assert.deepEqual([score_parts.bm25, score_parts.vector], [1, 1]);
    assert.ok(score > 0.9 && score <= 1);
    assert.equal(score_parts.quality.design.reason, 'Publication type: Randomized Controlled Trial.');
  });

  test('passages that nobody wants are not read, and make no difference to the answer', async ({
    signal,
  }) => {
    const texts = Array.from({ length: 5 }, (_, at) => toAbstract(`Melatonin shortens night ${at}.`));
    await using corpus = await openCorpus(
      texts.map((abstract, at) => toCitation({ pmid: at + 1, abstract })),
    );
    const asked: string[] = [];
    const index = new Proxy(corpus.index, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          asked.push(String(name));
          return member.apply(target, args);
        };
      },
    });
    const search = createCorpusSearch({ index, embedder, clock });
    const request = { ...DEFAULTS, query: 'melatonin' };

    const whole = await search(request, { signal });
    assert.deepEqual(asked.splice(0), ['weigh', 'search', 'readShown']);
    assert.ok(whole.documents.every(({ passages }) => passages.length === 1));

    const bare = await search({ ...request, withPassages: false }, { signal });
    assert.deepEqual(asked, ['weigh', 'search', 'readShownFacts']);
    const documents = whole.documents.map((document) => ({ ...document, passages: [] }));
    assert.deepEqual(bare, { ...whole, documents });
  });

  test('what a question may name is looked for beside its words, and alone where that may be all', async ({
    signal,
  }) => {
    await using corpus = await openCorpus([
      toCitation({ pmid: 1, title: 'Melatonin and sleep', authors: [author('Ito', 'K')] }),
    ]);
    let ended = 0;
    const begun: [name: string, ended: number][] = [];
    const index = new Proxy(corpus.index, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          begun.push([String(name), ended]);
          const answer: unknown = await member.apply(target, args);
          ended++;
          return answer;
        };
      },
    });
    const search = createCorpusSearch({ index, embedder, clock });

    const beside = await search({ ...DEFAULTS, query: 'Ito K melatonin' }, { signal });
    assert.deepEqual(begun.splice(0).slice(0, 3), [
      ['search', 0],
      ['weigh', 0],
      ['search', 0],
    ]);
    ended = 0;
    const alone = await search({ ...DEFAULTS, query: 'papers by Ito K' }, { signal });
    assert.deepEqual(begun, [
      ['search', 0],
      ['readShown', 1],
    ]);
    const found = [beside, alone].map(({ documents }) => documents.map(({ pmid }) => pmid));
    assert.deepEqual(found, [['1'], ['1']]);
  });

  test('of some papers a model of vectors finds those of which the words of all papers tell that they answer', async ({
    signal,
  }) => {
    const others = Array.from({ length: 60 }, (_, at) =>
      toCitation({ pmid: at + 3, abstract: toAbstract('Kidney stones in adults.') }),
    );
    const dilute = `Melatonin ${'was given to some adults with kidney stones in winter '.repeat(2)}`;
    await using corpus = await openCorpus([
      toCitation({ pmid: 1, abstract: toAbstract('Melatonin for delirium after cardiac surgery.') }),
      toCitation({ pmid: 2, abstract: toAbstract(dilute) }),
      ...others,
    ]);
    await corpus.index.optimize({ signal });
    const ask = { query: 'melatonin for delirium after cardiac surgery', topK: 50 };
    const find = async (request: Partial<CorpusSearchRequest>) =>
      (await corpus.search({ ...ask, ...request }, { signal })).documents.map(({ pmid }) => pmid);

    assert.deepEqual(await find({ mode: 'bm25' }), ['1', '2']);
    assert.deepEqual(await find({ among: [toPmid(2), toPmid(3)] }), ['2']);
  });

  test('a phrase in quotes has to be there, and what is left out must not', async ({ signal }) => {
    await using corpus = await openCorpus([
      toCitation({ pmid: 1, abstract: toAbstract('Heart failure in older mice.') }),
      toCitation({ pmid: 2, abstract: toAbstract('Failure of the heart; heart and kidney failure.') }),
      toCitation({ pmid: 3, abstract: toAbstract('Heart failures of people, by IL-6.') }),
      toCitation({ pmid: 4, abstract: toAbstract('Sleep.') }),
    ]);
    const modes = ['bm25', 'semantic', 'hybrid'] as const;
    const find = (query: string) =>
      Promise.all(
        modes.map(async (mode) => {
          const { documents, warnings } = await corpus.search({ query, mode }, { signal });
          assert.deepEqual(warnings, []);
          return documents.map(({ pmid }) => pmid).sort();
        }),
      );

    assert.deepEqual(await find('"heart failure"'), Array(3).fill(['1', '3']));
    assert.deepEqual(await find('"heart failure" -mice'), Array(3).fill(['3']));
    assert.deepEqual((await find('heart NOT IL6'))[0], ['1', '2']);
    assert.deepEqual((await find('heart -"heart failure"'))[0], ['2']);
    assert.deepEqual(await find('"failure heart"'), Array(3).fill([]));
    await assert.rejects(corpus.search({ query: '-mice' }, { signal }), {
      code: 'VALIDATION',
      message: /^`query` says only what to leave out; /,
    });
  });

  test('a paper whose title is the question stays, whatever signs are in it', async ({ signal }) => {
    const title = 'Sugar: sweet -but "not" good, and NOT cheap';
    await using corpus = await openCorpus([
      toCitation({ pmid: 1, title }),
      toCitation({ pmid: 2, title: 'Sugar' }),
    ]);

    const { documents } = await corpus.search({ query: title }, { signal });

    assert.equal(documents[0]?.pmid, '1');
  });

  test('scores compare between answers, and a word that no text holds lowers all of them', async ({
    signal,
  }) => {
    await using corpus = await openCorpus([
      toCitation({ pmid: 1, abstract: toAbstract('Sleep of nurses.') }),
      toCitation({ pmid: 2, abstract: toAbstract('Tea and nurses.') }),
    ]);
    const best = async (query: string) => {
      const { documents, warnings } = await corpus.search({ query, mode: 'bm25' }, { signal });
      return { score: documents[0]?.score ?? 0, bm25: documents[0]?.score_parts.bm25 ?? 0, warnings };
    };

    const both = await best('sleep nurses');
    const half = await best('sleep zzxqv blorptastic');
    assert.equal(both.bm25, 1);
    assert.ok(half.bm25 > 0 && half.bm25 < 0.5 && half.score < both.score);
    assert.deepEqual(both.warnings, []);
    assert.deepEqual(half.warnings, [
      'No stored text holds "zzxqv", "blorptastic"; pubmed.sync brings papers of PubMed that do.',
    ]);
    assert.deepEqual((await best('zzxqv')).warnings, [
      'No stored text holds "zzxqv"; pubmed.sync brings papers of PubMed that do.',
    ]);
  });

  test('a document of many chunks stands once, and topK others come beside it', async ({ signal }) => {
    const long = Array.from(
      { length: 700 },
      (_, at) => `Sleep of cohort ${at} was measured in the ward at night.`,
    ).join(' ');
    const others = [2, 3, 4, 5].map((pmid) =>
      toCitation({ pmid, abstract: toAbstract(`Sleep study ${pmid}.`) }),
    );
    await using corpus = await openCorpus([toCitation({ pmid: 1, abstract: toAbstract(long) }), ...others]);

    for (const mode of ['bm25', 'semantic', 'hybrid'] as const) {
      const { documents } = await corpus.search(
        { query: 'sleep of cohort at night', topK: 5, mode },
        { signal },
      );
      assert.deepEqual(documents.map(({ pmid }) => pmid).sort(), ['1', '2', '3', '4', '5'], mode);
    }
  });

  test('retracted documents are left out and counted where they would have stood among the first', async ({
    signal,
  }) => {
    const retracted = { retraction_status: 'retracted' } as const;
    await using corpus = await openCorpus([
      toCitation({ pmid: 1, abstract: toAbstract('sleep sleep sleep'), ...retracted }),
      toCitation({ pmid: 2, abstract: toAbstract('sleep sleep and rest') }),
      toCitation({ pmid: 3, abstract: toAbstract('sleep and rest and work') }),
      toCitation({
        pmid: 4,
        abstract: toAbstract('one sleep among very many other words that dilute it'),
        ...retracted,
      }),
    ]);
    const search = async (request: Partial<CorpusSearchRequest>) => {
      const { documents, excluded_retracted } = await corpus.search(
        { query: 'sleep', mode: 'bm25', ...request },
        { signal },
      );
      return [documents.map(({ pmid }) => pmid).join(' '), excluded_retracted];
    };

    assert.deepEqual(await search({ topK: 2 }), ['2 3', 1]);
    assert.deepEqual(await search({ topK: 4 }), ['2 3', 2]);
    assert.deepEqual(await search({ topK: 4, filters: { exclude_retracted: false } }), ['1 2 3 4', 0]);
  });

  test('many retracted documents before the others do not hide them', async ({ signal }) => {
    const retracted = Array.from({ length: 150 }, (_, at) =>
      toCitation({ pmid: at + 1, abstract: toAbstract('sleep sleep sleep'), retraction_status: 'retracted' }),
    );
    const good = toCitation({ pmid: 999, abstract: toAbstract('a little sleep after a long day of work') });
    await using corpus = await openCorpus([...retracted, good]);

    const answer = await corpus.search({ query: 'sleep', topK: 3 }, { signal });

    assert.deepEqual(
      answer.documents.map(({ pmid }) => pmid),
      ['999'],
    );
    assert.equal(answer.excluded_retracted, 3);
    assert.equal(answer.excluded.length, 3);
    assert.ok(answer.excluded.every(({ pmid }) => Number(pmid) <= 150));
  });

  test('filters take names in any case, by any of their forms', async ({ signal }) => {
    await using corpus = await openCorpus([
      toCitation({
        pmid: 1,
        title: 'Sleep',
        journal: journal({ title: 'The Lancet', iso_abbreviation: 'Lancet', nlm_id: '2985213R' }),
        mesh: headings('Humans').map((heading) => ({ ...heading, ui: 'D006801' })),
        publication_types: [{ ui: 'D016428', name: 'Journal Article' }],
        languages: ['eng'],
        published: date(2020),
      }),
      toCitation({ pmid: 2, title: 'Sleep', published: { ...date(2019), month: 5, precision: 'month' } }),
    ]);
    const found = async (filters: CorpusSearchRequest['filters']) => {
      const { documents } = await corpus.search({ query: 'sleep', filters }, { signal });
      return documents.map(({ pmid }) => pmid).sort();
    };

    for (const name of ['the lancet', 'LANCET', 'Lancet.', '2985213r'])
      assert.deepEqual(await found({ journals: [name] }), ['1']);
    for (const name of ['HUMANS', 'd006801']) assert.deepEqual(await found({ mesh: [name, 'none'] }), ['1']);
    assert.deepEqual(await found({ publication_types: ['d016428'], languages: ['ENG'] }), ['1']);
    assert.deepEqual(await found({ date_from: '2020-06-15', date_to: '2020-06-15' }), ['1']);
    assert.deepEqual(await found({ date_from: '2019-05-31' }), ['1', '2']);
    assert.deepEqual(await found({ date_from: '2019-06' }), ['1']);
    assert.deepEqual(await found({ date_to: '2019' }), ['2']);
  });

  test('a date that the calendar does not have is refused by its field', async ({ signal }) => {
    await using corpus = await openCorpus([]);
    for (const date_from of ['2021-02-29', '2021-13', '21', 'yesterday', '2021-1-1']) {
      await assert.rejects(corpus.search({ query: 'sleep', filters: { date_from } }, { signal }), {
        code: 'VALIDATION',
        hint: /`filters\.date_from` is no date/,
      });
    }
    await assert.rejects(
      corpus.search({ query: 'x', filters: { date_from: '2021', date_to: '2020' } }, { signal }),
      {
        hint: /`filters\.date_from` lies after `filters\.date_to`/,
      },
    );
    await assert.rejects(corpus.search({ query: ' ?! ' }, { signal }), { code: 'VALIDATION' });
  });

  test('quality moves the better study up when asked, and only then', async ({ signal }) => {
    const abstract = toAbstract('Sleep and melatonin.');
    await using corpus = await openCorpus([
      toCitation({ pmid: 1, abstract, published: date(2025), publication_types: named('Editorial') }),
      toCitation({
        pmid: 2,
        abstract,
        published: date(2024),
        publication_types: named('Meta-Analysis'),
        mesh: headings('Humans'),
      }),
    ]);
    const search = async (rerankByQuality: boolean) => {
      const { documents } = await corpus.search({ query: 'melatonin', rerankByQuality }, { signal });
      return documents.map(({ pmid }) => pmid);
    };

    assert.deepEqual(await search(false), ['1', '2']);
    assert.deepEqual(await search(true), ['2', '1']);
  });

  test('a question that is a title brings that paper first, before longer texts with its words', async ({
    signal,
  }) => {
    const texts = 'Nasopharyngeal carcinoma in childhood, carcinoma in childhood, nasopharyngeal carcinoma.';
    await using corpus = await openCorpus([
      toCitation({ pmid: 1, title: 'Nasopharyngeal carcinoma in childhood.' }),
      ...[2, 3, 4].map((pmid) =>
        toCitation({ pmid, title: `Carcinoma ${pmid}`, abstract: toAbstract(['RESULTS', texts.repeat(3)]) }),
      ),
    ]);

    const { documents } = await corpus.search(
      { query: 'nasopharyngeal carcinoma in childhood', mode: 'bm25' },
      { signal },
    );

    assert.equal(documents[0]?.pmid, '1');
    assert.equal(documents[0]?.score, 1);
    assert.equal(documents.length, 4);
  });

  test('a question without a known word is asked by its words alone, and the answer says so', async ({
    signal,
  }) => {
    await using corpus = await openCorpus([toCitation({ pmid: 1, title: 'The zzapper' })]);

    const { documents, search_mode } = await corpus.search(
      { query: 'zzapper', mode: 'semantic' },
      { signal },
    );

    assert.equal(search_mode, 'bm25');
    assert.equal(documents[0]?.score_parts.vector, null);
  });

  test('a failure of the index is thrown', async ({ signal }) => {
    await using corpus = await openCorpus([]);
    await corpus.index[Symbol.asyncDispose]();

    await assert.rejects(corpus.search({ query: 'sleep' }, { signal }), { code: 'INDEX_UNAVAILABLE' });
  });
});

async function openCorpus(citations: readonly Citation[]) {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-search-'));
  const index: SearchIndex = await openLanceDbIndex({ folder, dimensions: DIMENSIONS });
  const signal = new AbortController().signal;
  const chunks = citations.flatMap((citation) => {
    const facts = toDocumentFacts(citation);
    return chunkDocument(citation).map((passage) => {
      const words = toPassageWords(facts.title, passage, facts.terms);
      return {
        ...passage,
        words,
        revision: 1,
        facts,
        chunkId: toChunkId(citation.pmid, 1, passage.position),
      };
    });
  });
  const texts = chunks.map((chunk) => toSearchText(chunk.facts.title, chunk));
  const vectors = await embedder.embed(texts, 'passage', { signal });
  await index.write({ sequence: 1, chunks, vectors, superseded: [] }, { signal });
  const search = createCorpusSearch({ index, embedder, clock });
  return {
    index,
    search: (request: Partial<CorpusSearchRequest> & { query: string }, options: { signal: AbortSignal }) =>
      search({ ...DEFAULTS, ...request }, options),
    async [Symbol.asyncDispose]() {
      await index[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function author(last_name: string, initials: string): Citation['authors'][number] {
  const unknown = { fore_name: null, suffix: null, collective_name: null, orcid: null, affiliations: [] };
  return { ...unknown, last_name, initials };
}

function date(year: number): Citation['published'] {
  return { verbatim: String(year), year, month: null, day: null, precision: 'year' };
}

function journal(given: Partial<NonNullable<Citation['journal']>>): NonNullable<Citation['journal']> {
  const nothing = {
    title: null,
    iso_abbreviation: null,
    issn: null,
    nlm_id: null,
    volume: null,
    issue: null,
    pages: null,
  };
  return { ...nothing, ...given };
}
