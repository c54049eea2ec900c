import { cp, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chunk } from '../src/domain/chunk.ts';
import { createStaticEmbedder } from '../src/embedding/static-embedder.ts';
import { parseRecord } from '../src/pubmed/records/parse-record.ts';
import { toChunkId } from '../src/search/chunk-id.ts';
import { chunkDocument, toSearchText } from '../src/search/chunking.ts';
import { toDocumentFacts } from '../src/search/document-facts.ts';
import { openLanceDbIndex } from '../src/search/lancedb/lancedb-index.ts';
import { toPassageWords } from '../src/search/words/passage-words.ts';
import { makeLargeIndex } from './large-index.ts';
import { NEVER } from './open-corpus.ts';
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
      const chunks = toChunks(bytes);
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

function toChunks(bytes: Buffer): Chunk[] {
  const citation = parseRecord(bytes);
  const facts = toDocumentFacts(citation);
  return chunkDocument(citation).map((passage) => ({
    ...passage,
    words: toPassageWords(facts.title, passage, facts.terms),
    revision: 1,
    facts,
    chunkId: toChunkId(facts.pmid, 1, passage.position),
  }));
}

async function measure(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / 1_000);
}
