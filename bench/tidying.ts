import { cp, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createStaticEmbedder } from '../src/embedding/static-embedder.ts';
import { toSearchText } from '../src/search/chunking.ts';
import { openLanceDbIndex } from '../src/search/lancedb/lancedb-index.ts';
import { makeLargeIndex } from './large-index.ts';
import { NEVER } from './open-corpus.ts';
import { toRealChunks } from './real-chunks.ts';
import { BENCH_FOLDER, readSampleRecords } from './sample-file.ts';

/**
 * `node bench/tidying.ts [passages]` (default 120,000): what each step of tidying takes of the processors
 * after twenty calls of `pubmed.get` with a record each, three times in turn, in a copy of a large index.
 */
const CALLS = 20;
const ROUNDS = 3;

const embedder = createStaticEmbedder();
const records = await readSampleRecords();
const folder = await mkdtemp(join(BENCH_FOLDER, 'tidying-'));
await cp(await makeLargeIndex(Number(process.argv[2] ?? 120_000)), folder, { recursive: true });
{
  await using index = await openLanceDbIndex({ folder, dimensions: embedder.dimensions });
  let sequence = 1_000_000;
  for (let round = 1; round <= ROUNDS; round++) {
    for (const bytes of records.slice(round * CALLS, (round + 1) * CALLS)) {
      const chunks = toRealChunks(bytes);
      const texts = chunks.map((chunk) => toSearchText(chunk.facts.title, chunk));
      const vectors = await embedder.embed(texts, 'passage', NEVER);
      await index.write({ sequence: sequence++, chunks, vectors, superseded: [] }, NEVER);
    }
    const steps = [await measure(() => index.optimize(NEVER))];
    for (let isMade = true; isMade; ) {
      steps.push(
        await measure(async () => {
          isMade = await index.makeMissing(NEVER);
        }),
      );
    }
    console.log(`round ${round}, CPU-ms of each step: ${steps.join(', ')}`);
  }
}
await rm(folder, { recursive: true });

async function measure(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / 1_000);
}
