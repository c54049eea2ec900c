import { connect } from '@lancedb/lancedb';
import { systemClock } from '../src/domain/clock.ts';
import { createStaticEmbedder } from '../src/embedding/static-embedder.ts';
import { tuneHeapForRequests } from '../src/http/young-requests.ts';
import { parseRecord } from '../src/pubmed/records/parse-record.ts';
import { openLanceDbIndex } from '../src/search/lancedb/lancedb-index.ts';
import { optimizeWhole } from '../src/search/optimize-whole.ts';
import { createCorpusSearch } from '../src/search/search-corpus.ts';
import type { ChunkQuery } from '../src/search/search-index.ts';
import { makeLargeIndex } from './large-index.ts';
import { NEVER } from './open-corpus.ts';
import { readSampleRecords } from './sample-file.ts';

/**
 * `node bench/search-large.ts [passages]` (default 350,000): what `rag.search` takes of the processors in
 * each mode, ms a question, user and system over all threads, and how many of the 50 closest passages its
 * index finds, against LanceDB's exact search. Once as the index was kept, and once after `optimize`.
 */
const QUESTIONS = 240;
const CLOSEST = 50;
const CANDIDATES = 100;
const MODES = ['bm25', 'semantic', 'hybrid'] as const;

tuneHeapForRequests(); // as a service does
const count = Number(process.argv[2] ?? 350_000);
const embedder = createStaticEmbedder();
const titles = (await readSampleRecords())
  .filter((_, at) => at % 4 === 0)
  .map((bytes) => parseRecord(bytes).title ?? '')
  .filter((title) => title !== '')
  .slice(0, QUESTIONS);
const folder = await makeLargeIndex(count);
const began = process.cpuUsage();
await using index = await openLanceDbIndex({ folder, dimensions: embedder.dimensions });
await optimizeWhole(index, NEVER);
console.log(`open and optimize: ${toMs(began).toFixed(0)} CPU-ms`);
const search = createCorpusSearch({ index, embedder, clock: systemClock });
for (const mode of MODES) {
  for (const round of ['first', 'again']) {
    const times: number[] = [];
    const start = process.cpuUsage();
    for (const query of titles) {
      const startedAt = performance.now();
      const membership = { kind: 'live' } as const;
      const ask = { query, topK: 10, mode, alpha: 0.5, filters: {}, rerankByQuality: false, membership };
      await search({ ...ask, withPassages: false }, NEVER); // as a brief answer asks
      times.push(performance.now() - startedAt);
    }
    console.log(
      `${mode.padEnd(9)} ${round}: ${(toMs(start) / titles.length).toFixed(1)} CPU-ms a question, ${toQuantiles(times)}`,
    );
  }
}
console.log(await measureRecall());

/** Of all questions, and of the one that fares worst. */
async function measureRecall(): Promise<string> {
  const table = await (await connect(folder)).openTable('chunks');
  const shares: number[] = [];
  for (const query of titles) {
    const vector = await embedder.embed([query], 'query', NEVER);
    const rows = await table
      .query()
      .nearestTo(vector)
      .distanceType('dot')
      .bypassVectorIndex()
      .select(['chunk_id', '_distance'])
      .limit(CLOSEST)
      .toArrow();
    const exact = new Set(
      Array.from({ length: rows.numRows }, (_, row) => 1 - Number(rows.getChild('_distance')?.get(row))),
    );
    const ask: ChunkQuery = {
      ...{ text: '', vector, mode: 'semantic', limit: CANDIDATES },
      ...{ filters: { excludeRetracted: false }, membership: { kind: 'live' } },
    };
    const found = (await index.search(ask, NEVER)).map(({ cosine }) => cosine ?? -1);
    // Of several that are equally close any will do.
    const least = Math.min(...exact) - 1e-6;
    shares.push(Math.min(1, found.filter((cosine) => cosine >= least).length / CLOSEST));
  }
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return `recall@${CLOSEST}: ${mean.toFixed(4)}, least ${Math.min(...shares).toFixed(2)}`;
}

function toMs(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function toQuantiles(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
  return `by the clock ${at(0.5)} / ${at(0.95)} ms`;
}
