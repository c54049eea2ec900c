import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Corpus } from '../src/compose.ts';
import { createStaticEmbedder } from '../src/embedding/static-embedder.ts';
import { listJudged } from '../src/evaluation/score-runs.ts';
import { type HeldWords, isThinMatch, keepClose } from '../src/search/floor.ts';
import { findNearAmong } from '../src/search/names/near-words.ts';
import { type RankedDocument, rankDocuments } from '../src/search/ranking.ts';
import type { SearchMode } from '../src/search/search-index.ts';
import { toAskedWords } from '../src/search/words/asked-words.ts';
import { type JudgedCollection, readCollection } from './judged-collection.ts';
import { NEVER, openBenchCorpus } from './open-corpus.ts';
import { BENCH_FOLDER } from './sample-file.ts';

/**
 * `node bench/floor.ts FOLDER NAME FOLDER NAME`: loads two collections in the form of the SMART
 * collections, each into a corpus of its own, asks each its own questions and those of the other, and tells
 * for each mode: how many questions are answered, how many of those answers are called thin, and which share
 * of the relevant papers among the first 10 and 50 the floor leaves out.
 */
const [firstFolder, first, secondFolder, second] = process.argv.slice(2);
if (firstFolder === undefined || first === undefined || secondFolder === undefined || second === undefined)
  throw new Error('usage: node bench/floor.ts FOLDER NAME FOLDER NAME (with MED.ALL, MED.QRY and MED.REL)');
const DEPTHS = [10, 50] as const;
const CANDIDATES = 250;
const MODES = ['hybrid', 'bm25', 'semantic'] as const;

const collections = new Map([
  [first, await readCollection(firstFolder, first)],
  [second, await readCollection(secondFolder, second)],
]);
const embedder = createStaticEmbedder();
await mkdir(BENCH_FOLDER, { recursive: true });
console.log('texts    questions  mode      answered  thin    relevant left out of the first 10, 50');
for (const [texts, { xml }] of collections) {
  const scratch = await mkdtemp(join(BENCH_FOLDER, 'floor-'));
  const file = join(scratch, 'collection.xml');
  await writeFile(file, xml);
  {
    await using corpus = await openBenchCorpus(join(scratch, 'data'));
    await corpus.services.loadFiles({ sources: [file], surface: 'cli', onProgress: () => undefined }, NEVER);
    for (const [asked, collection] of collections)
      for (const mode of MODES)
        console.log(
          [texts.padEnd(8), asked.padEnd(10), mode.padEnd(9), await measure(corpus, collection, mode)].join(
            ' ',
          ),
        );
  }
  await rm(scratch, { recursive: true });
}

/** Judgements hold for the collection's own texts alone; the others' ids mean other papers. */
async function measure(
  { services: { index } }: Corpus,
  { questions, judgements }: JudgedCollection,
  mode: SearchMode,
): Promise<string> {
  const judged = listJudged(questions, judgements);
  const lost = DEPTHS.map(() => ({ relevant: 0, below: 0 }));
  let [answered, thin] = [0, 0];
  for (const { id, text } of judged) {
    const { documents, ...held } = await rank(index, text, mode);
    const close = keepClose(documents, { mode, ...held, isSmall: false });
    if (close.length > 0) answered += 1;
    if (isThinMatch(close, mode)) thin += 1;
    const kept = new Set(close);
    const grades = judgements.get(id);
    for (const [at, depth] of DEPTHS.entries()) {
      const relevant = documents.slice(0, depth).filter(({ facts }) => (grades?.get(facts.pmid) ?? 0) > 0);
      const counts = lost[at] ?? { relevant: 0, below: 0 };
      counts.relevant += relevant.length;
      counts.below += relevant.filter((document) => !kept.has(document)).length;
    }
  }
  const share = (part: number) => `${((100 * part) / judged.length).toFixed(1)} %`.padEnd(8);
  const left = lost.map(({ relevant, below }) => `${below} of ${relevant}`).join(', ');
  return `${share(answered)} ${share(thin)} ${left}`;
}

async function rank(
  index: Corpus['services']['index'],
  text: string,
  mode: SearchMode,
): Promise<{ documents: RankedDocument[] } & HeldWords> {
  const vector = mode === 'bm25' ? null : await embedder.embed([text], 'query', NEVER);
  const filters = { excludeRetracted: false };
  const ask = { text, vector, mode, filters, membership: { kind: 'live' } as const };
  const { best, unknown } = mode === 'semantic' ? { best: 0, unknown: [] } : await index.weigh(ask, NEVER);
  const hits = await index.search({ ...ask, limit: CANDIDATES }, NEVER);
  const { mixing } = embedder;
  if (mixing === undefined) throw new TypeError('the built-in embedder tells how to mix');
  const documents = rankDocuments(hits, { mode, alpha: 0.5, mixing, text, vector, best });
  const asked = toAskedWords(text).length;
  const near = await findNearAmong(index, { unknown, hits }, NEVER);
  const unheld = unknown.filter((word) => !near.has(word)).length / asked;
  return { documents, knowsWord: unknown.length < asked, unheld };
}
