/**
 * What the first search of a process takes with the index on the disk, and with it brought into memory before
 * (`SearchIndex.warm`): each in a process of its own, three times in turn, by its own words, vectors and
 * both. The file cache of the system is warm in all. Usage: node bench/warm.ts [passages], default 100,000.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { systemClock } from '../src/domain/clock.ts';
import { createStaticEmbedder } from '../src/embedding/static-embedder.ts';
import { openLanceDbIndex } from '../src/search/lancedb/lancedb-index.ts';
import { optimizeWhole } from '../src/search/optimize-whole.ts';
import { createCorpusSearch } from '../src/search/search-corpus.ts';
import { makeLargeIndex } from './large-index.ts';
import { NEVER } from './open-corpus.ts';

const MODES = ['bm25', 'semantic', 'hybrid'] as const;
const QUERY = 'inhaled corticosteroids for children with asthma';
const ASKED = {
  ...{ query: QUERY, topK: 10, alpha: 0.5, filters: {}, rerankByQuality: false },
  membership: { kind: 'live' },
} as const;

type Told = Record<string, number>;

const [count = '100000', how = ''] = process.argv.slice(2);
if (process.send === undefined) await measure(Number(count));
else process.send(await searchFirst(await makeLargeIndex(Number(count)), how));

async function measure(passages: number): Promise<void> {
  {
    await using index = await openLanceDbIndex({
      folder: await makeLargeIndex(passages),
      dimensions: createStaticEmbedder().dimensions,
    });
    await optimizeWhole(index, NEVER);
  }
  const rows: Record<string, Told> = {};
  for (let round = 1; round <= 3; round += 1) {
    for (const mode of MODES) {
      for (const state of ['cold', 'warm']) {
        const child = fork(new URL(import.meta.url), [String(passages), `${state} ${mode}`]);
        const [told]: Told[] = await once(child, 'message');
        rows[`${mode}, ${state}, ${round}`] = told ?? {};
      }
    }
  }
  console.table(rows);
}

async function searchFirst(folder: string, asked: string): Promise<Told> {
  const mode = MODES.find((one) => asked.endsWith(one)) ?? 'hybrid';
  const embedder = createStaticEmbedder();
  await using index = await openLanceDbIndex({ folder, dimensions: embedder.dimensions });
  const search = createCorpusSearch({ index, embedder, clock: systemClock });
  await embedder.embed([QUERY], 'query', NEVER);
  const before = process.memoryUsage().rss;
  const warming = await time(() => (asked.startsWith('warm') ? index.warm(NEVER) : Promise.resolve()));
  const megabytes = Math.round((process.memoryUsage().rss - before) / 1e6);
  const first = await time(() => search({ ...ASKED, mode }, NEVER));
  const second = await time(() => search({ ...ASKED, mode }, NEVER));
  return {
    'warming ms': warming.ms,
    'MB of it': megabytes,
    'first ms': first.ms,
    'first CPU-ms': first.cpuMs,
    'second ms': second.ms,
  };
}

async function time(work: () => Promise<unknown>): Promise<{ ms: number; cpuMs: number }> {
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: Math.round(performance.now() - startedAt), cpuMs: Math.round((user + system) / 1_000) };
}
