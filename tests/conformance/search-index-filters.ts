import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optimizeWhole } from '../../src/search/optimize-whole.ts';
import type { ChunkFilters } from '../../src/search/search-index.ts';
import { pmidsOf, type Sample, toBatch, toPmid, toQuery } from '../search/index-samples.ts';
import type { TestSearchIndex } from './search-index.ts';

const ODD_NAME = `o'brien's "odd" \\ journal; -- é漢 %_`;
const SAMPLES: readonly Sample[] = [
  {
    pmid: 1,
    text: 'heart',
    facts: {
      publishedFrom: 100,
      publishedTo: 130,
      journalKeys: ['heart', '0372'],
      meshKeys: ['humans'],
      authorKeys: ['smith', 'smith j'],
      idKeys: ['doi:10.1000/a(1)', 'pmc:7'],
    },
  },
  {
    pmid: 2,
    text: 'heart',
    facts: { publishedFrom: 131, publishedTo: 131, journalKeys: ['gut'], meshKeys: ['mice', 'd051379'] },
  },
  {
    pmid: 3,
    text: 'heart',
    facts: {
      journalKeys: [ODD_NAME],
      languages: ['fre'],
      publicationTypeKeys: ['review'],
      authorKeys: ['smith', ODD_NAME],
    },
  },
  {
    pmid: 4,
    text: 'heart',
    facts: { retractionStatus: 'retracted', meshKeys: ['humans'], languages: ['eng'] },
  },
];
const CASES: readonly [name: string, filters: Partial<ChunkFilters>, pmids: number[]][] = [
  ['publishedFrom keeps what ends on that day', { publishedFrom: 130 }, [1, 2]],
  ['publishedFrom leaves out what ends before, and what has no date', { publishedFrom: 131 }, [2]],
  ['publishedTo keeps what begins on that day', { publishedTo: 100 }, [1]],
  ['a day inside a range overlaps it', { publishedFrom: 110, publishedTo: 110 }, [1]],
  ['a journal is found by any of its keys', { journals: ['0372'] }, [1]],
  ['values of one kind are OR', { journals: ['heart', 'gut'] }, [1, 2]],
  ['kinds are AND', { journals: ['heart', 'gut'], mesh: ['d051379'] }, [2]],
  ['a name with quotes, backslashes and wide characters is data', { journals: [ODD_NAME] }, [3]],
  ['a name that tries to be SQL matches nothing', { mesh: ["x') OR ('1'='1", '\0'] }, []],
  ['publication types narrow', { publicationTypes: ['review', 'letter'] }, [3]],
  ['languages narrow', { languages: ['eng', 'fre'] }, [3, 4]],
  ['authors narrow, by any of their keys', { authors: ['smith j', 'doe'] }, [1]],
  ['an author of several documents', { authors: ['smith'] }, [1, 3]],
  ['an author with quotes is data', { authors: [ODD_NAME] }, [3]],
  ['pmids narrow', { pmids: [4, 2, 77].map(toPmid) }, [2, 4]],
  ['pmids and other kinds are AND', { pmids: [4, 2].map(toPmid), languages: ['eng'] }, [4]],
  ['records that are named by any of their ids', { named: { pmids: [toPmid(2)], keys: ['pmc:7'] } }, [1, 2]],
  ['a DOI', { named: { pmids: [], keys: ['doi:10.1000/a(1)'] } }, [1]],
  ['an id that nothing has', { named: { pmids: [toPmid(78)], keys: ['doi:10.1/x'] } }, []],
  ['an empty list asks for nothing', { mesh: [], journals: [] }, [1, 2, 3, 4]],
  ['excludeRetracted leaves out the retracted', { excludeRetracted: true }, [1, 2, 3]],
];

export function describeSearchIndexFilters(open: () => Promise<TestSearchIndex>): void {
  test('filters hold in every mode, before and after optimize', async (context) => {
    const { signal } = context;
    await using opened = await open();
    await opened.index.write(toBatch(1, SAMPLES), { signal });
    const check = async (when: string) => {
      for (const [name, filters, pmids] of CASES) {
        for (const mode of ['bm25', 'semantic', 'hybrid'] as const) {
          const query = toQuery('heart', { mode, filters: { excludeRetracted: false, ...filters } });
          assert.deepEqual(
            pmidsOf(await opened.index.search(query, { signal })),
            pmids,
            `${name}: ${mode}, ${when}`,
          );
        }
      }
    };

    await check('before');
    await optimizeWhole(opened.index, { signal });
    await check('after');
  });

  test('a filter comes before the limit, so matches that score low are found', async ({ signal }) => {
    await using opened = await open();
    const loud = Array.from({ length: 40 }, (_, at) => ({ pmid: at + 1, text: 'heart heart heart' }));
    const quiet = { pmid: 99, text: 'one heart among many other words here', facts: { meshKeys: ['rare'] } };
    await opened.index.write(toBatch(1, [...loud, quiet]), { signal });
    await optimizeWhole(opened.index, { signal });

    for (const mode of ['bm25', 'semantic', 'hybrid'] as const) {
      const filters = { excludeRetracted: false, mesh: ['rare'] };
      const hits = await opened.index.search(toQuery('heart', { mode, filters, limit: 1 }), { signal });
      assert.deepEqual(pmidsOf(hits), [99], mode);
    }
  });
}
