import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEPTH, MEASURES } from '../src/evaluation/measures.ts';
import { listJudged, scoreRun } from '../src/evaluation/score-runs.ts';
import { readCollection } from './judged-collection.ts';
import { NEVER, openBenchCorpus } from './open-corpus.ts';
import { BENCH_FOLDER } from './sample-file.ts';

/**
 * `node bench/retrieval.ts FOLDER [NAME]`: loads a collection in the form of the SMART collections
 * (`*.ALL`, `*.QRY`, `*.REL`) through the product, each text as a PubMed record, asks its questions by
 * `rag.search`, and prints what `bio-mcp evaluate` measures.
 */
const folder = process.argv[2];
if (folder === undefined)
  throw new Error('usage: node bench/retrieval.ts FOLDER (with MED.ALL, MED.QRY and MED.REL)');
const name = process.argv[3] ?? 'MED';
const RESAMPLING = { seed: 1, resamples: 10_000 };

const { texts, questions, judgements, xml } = await readCollection(folder, name);
const judged = listJudged(questions, judgements);

await mkdir(BENCH_FOLDER, { recursive: true });
const scratch = await mkdtemp(join(BENCH_FOLDER, 'retrieval-'));
const file = join(scratch, 'collection.xml');
await writeFile(file, xml);
{
  await using corpus = await openBenchCorpus(join(scratch, 'data'));
  await corpus.services.loadFiles({ sources: [file], surface: 'cli', onProgress: () => undefined }, NEVER);
  console.log(`retrieval on ${name}: ${texts.length} texts, ${judged.length} questions`);
  console.log('  mode       nDCG@10               MRR@10                recall@50');
  for (const mode of ['bm25', 'semantic', 'hybrid'] as const) {
    const rankings = new Map<string, string[]>();
    for (const { id, text: query } of judged) {
      const { documents } = await corpus.services.searchCorpus(
        {
          query,
          topK: DEPTH,
          mode,
          alpha: 0.5,
          filters: {},
          rerankByQuality: false,
          membership: { kind: 'live' },
        },
        NEVER,
      );
      rankings.set(
        id,
        documents.map(({ pmid }) => pmid),
      );
    }
    const scored = scoreRun({ name: mode, rankings }, { judged, judgements, ...RESAMPLING });
    const cells = MEASURES.map((one) => scored[one]).map(({ mean, low, high }) => {
      return `${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
    });
    console.log(`  ${mode.padEnd(9)}  ${cells.join('  ')}`);
  }
}
await rm(scratch, { recursive: true });
