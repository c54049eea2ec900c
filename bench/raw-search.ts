import { MatchQuery, type Table } from '@lancedb/lancedb';
import { HIT_COLUMNS } from '../src/search/lancedb/lancedb-hits.ts';
import { toWordColumn } from '../src/search/lancedb/lancedb-words.ts';
import type { SearchMode } from '../src/search/search-index.ts';
import { ANALYZER } from '../src/search/words/analyzer.ts';
import { joinTokens } from '../src/search/words/asked-words.ts';

/** As many candidates of each kind as `rag.search` asks for. */
const CANDIDATES = { bm25: 30, semantic: 30, hybrid: 100 } as const;

export const WORDS = toWordColumn(ANALYZER);

/** LanceDB's own query for the candidates of `rag.search`, with the same columns. */
export async function askRaw(
  table: Table,
  mode: SearchMode,
  query: string,
  vector: Float32Array,
): Promise<void> {
  const byWords = () =>
    table
      .query()
      .fullTextSearch(new MatchQuery(joinTokens(WORDS.toAsked(query)), WORDS.name))
      .select([...HIT_COLUMNS, 'words', '_score', ...(mode === 'hybrid' ? ['vector'] : [])])
      .limit(CANDIDATES[mode])
      .toArrow();
  const byVector = () =>
    table
      .query()
      .nearestTo(vector)
      .column('vector')
      .distanceType('dot')
      .select([...HIT_COLUMNS, 'words', 'vector', '_distance'])
      .limit(CANDIDATES[mode])
      .toArrow();
  if (mode === 'bm25') await byWords();
  else if (mode === 'semantic') await byVector();
  else await Promise.all([byWords(), byVector()]);
}
