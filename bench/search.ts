import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '@lancedb/lancedb';
import { createStaticEmbedder } from '../src/embedding/static-embedder.ts';
import { parseRecord } from '../src/pubmed/records/parse-record.ts';
import type { SearchMode } from '../src/search/search-index.ts';
import { NEVER, openBenchCorpus } from './open-corpus.ts';
import { askRaw } from './raw-search.ts';
import { BENCH_FOLDER, makeLoadFile, readSampleRecords } from './sample-file.ts';

/**
 * `node bench/search.ts [records…]`: p50 and p95 of `rag.search` (the whole tool: embedding the question,
 * index, ranking, passages) in each mode at 1,000 and 27,000 records, beside LanceDB's own query for the
 * same candidates by the same words and vector with the same columns, question by question in turn.
 */
const ROUNDS = 3;
const TOP_K = 10;
const MODES = ['bm25', 'semantic', 'hybrid'] as const;

const embedder = createStaticEmbedder();
const sizes = process.argv.slice(2).map(Number);
const questions = (await readSampleRecords())
  .filter((_, at) => at % 10 === 0)
  .map((bytes) => parseRecord(bytes).title ?? '')
  .filter((title) => title !== '');
await mkdir(BENCH_FOLDER, { recursive: true });
for (const size of sizes.length === 0 ? [1_000, 27_000] : sizes) await measure(size);

async function measure(size: number): Promise<void> {
  const folder = await mkdtemp(join(BENCH_FOLDER, 'search-'));
  const file = await makeLoadFile(size);
  {
    await using corpus = await openBenchCorpus(folder);
    await corpus.services.loadFiles({ sources: [file], surface: 'cli', onProgress: () => undefined }, NEVER);
    const table = await (await connect(join(folder, 'index', '1'))).openTable('chunks');
    console.log(
      `search of ${size.toLocaleString('en')} records, ms (p50 / p95 of ${questions.length * ROUNDS})`,
    );
    for (const mode of MODES) {
      const ours: number[] = [];
      const raw: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        for (const query of questions) {
          const vector = await embedder.embed([query], 'query', NEVER);
          raw.push(await time(() => askRaw(table, mode, query, vector)));
          ours.push(await time(() => corpus.services.searchCorpus(toRequest(mode, query), NEVER)));
        }
      }
      const ratio = quantile(ours, 0.95) / quantile(raw, 0.95);
      console.log(
        `  ${mode.padEnd(9)} rag.search ${toPair(ours)}   raw LanceDB ${toPair(raw)}   p95 ratio ${ratio.toFixed(2)}`,
      );
    }
    table.close();
  }
  await rm(folder, { recursive: true });
}

function toRequest(mode: SearchMode, query: string) {
  const membership = { kind: 'live' } as const;
  return { query, topK: TOP_K, mode, alpha: 0.5, filters: {}, rerankByQuality: false, membership };
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function toPair(times: readonly number[]): string {
  return `${quantile(times, 0.5).toFixed(1)} / ${quantile(times, 0.95).toFixed(1)}`.padEnd(13);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
