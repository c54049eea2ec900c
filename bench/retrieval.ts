import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SearchMode } from '../src/search/search-index.ts';
import { NEVER, openBenchCorpus } from './open-corpus.ts';
import { BENCH_FOLDER } from './sample-file.ts';

/**
 * `node bench/retrieval.ts FOLDER`: loads a collection in the form of the SMART collections (`*.ALL`,
 * `*.QRY`, `*.REL`) through the product, each text as a PubMed record, asks its questions by `rag.search`,
 * and prints nDCG@10, MRR@10 and R@50 over the judged questions.
 */
const folder = process.argv[2];
if (folder === undefined)
  throw new Error('usage: node bench/retrieval.ts FOLDER (with MED.ALL, MED.QRY and MED.REL)');
const name = process.argv[3] ?? 'MED';
const texts = await readSmart(join(folder, `${name}.ALL`));
const questions = await readSmart(join(folder, `${name}.QRY`));
const relevant = await readJudgements(join(folder, `${name}.REL`));
/** PMIDs must not begin with a zero, and need not be PubMed's. */
const PMID_OFFSET = 1_000_000;

await mkdir(BENCH_FOLDER, { recursive: true });
const scratch = await mkdtemp(join(BENCH_FOLDER, 'retrieval-'));
const file = join(scratch, 'collection.xml');
await writeFile(file, toXml(texts));
{
  await using corpus = await openBenchCorpus(join(scratch, 'data'));
  await corpus.services.loadFiles({ sources: [file], surface: 'cli', onProgress: () => undefined }, NEVER);
  console.log(`retrieval on ${name}: ${texts.size} texts, ${questions.size} questions`);
  console.log('  mode       nDCG@10  MRR@10   R@50');
  for (const mode of ['bm25', 'semantic', 'hybrid'] as const) {
    const { ndcg, mrr, recall } = await score(mode, corpus.services.searchCorpus);
    console.log(`  ${mode.padEnd(9)}  ${ndcg.toFixed(3)}    ${mrr.toFixed(3)}    ${recall.toFixed(3)}`);
  }
}
await rm(scratch, { recursive: true });

type Search = Awaited<ReturnType<typeof openBenchCorpus>>['services']['searchCorpus'];

async function score(mode: SearchMode, search: Search) {
  const judged = [...questions].filter(([id]) => (relevant.get(id)?.size ?? 0) > 0);
  const sums = { ndcg: 0, mrr: 0, recall: 0 };
  for (const [id, query] of judged) {
    const { documents } = await search(
      {
        query,
        topK: 50,
        mode,
        alpha: 0.5,
        filters: {},
        rerankByQuality: false,
        membership: { kind: 'live' },
      },
      NEVER,
    );
    const wanted = relevant.get(id) ?? new Set();
    const hits = documents.map(({ pmid }) => wanted.has(Number(pmid) - PMID_OFFSET));
    const ideal = Array.from({ length: Math.min(10, wanted.size) }, () => true);
    sums.ndcg += toDcg(hits.slice(0, 10)) / toDcg(ideal);
    const first = hits.slice(0, 10).indexOf(true);
    sums.mrr += first < 0 ? 0 : 1 / (first + 1);
    sums.recall += hits.filter(Boolean).length / wanted.size;
  }
  const count = judged.length;
  return { ndcg: sums.ndcg / count, mrr: sums.mrr / count, recall: sums.recall / count };
}

function toDcg(hits: readonly boolean[]): number {
  return hits.reduce((sum, hit, at) => sum + (hit ? 1 / Math.log2(at + 2) : 0), 0);
}

/** `.I 1` begins a text, `.W` its words. */
async function readSmart(path: string): Promise<Map<number, string>> {
  const entries = (await readFile(path, 'latin1')).split(/^\.I\s+(?=\d)/m).slice(1);
  return new Map(
    entries.map((entry) => {
      const [id, words] = entry.split(/^\.W\s*$/m);
      return [Number(id), (words ?? '').replaceAll(/\s+/g, ' ').trim()] as const;
    }),
  );
}

/** Lines of `question 0 text 1`. */
async function readJudgements(path: string): Promise<Map<number, Set<number>>> {
  const judgements = new Map<number, Set<number>>();
  for (const line of (await readFile(path, 'latin1')).split('\n')) {
    const [question, , text] = line.trim().split(/\s+/).map(Number);
    if (question === undefined || text === undefined) continue;
    judgements.set(question, (judgements.get(question) ?? new Set()).add(text));
  }
  return judgements;
}

function toXml(all: ReadonlyMap<number, string>): string {
  const records = [...all].map(([id, text]) => {
    const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    return `<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">${PMID_OFFSET + id}</PMID><Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print"><PubDate><Year>1970</Year></PubDate></JournalIssue></Journal><ArticleTitle></ArticleTitle><Abstract><AbstractText>${escaped}</AbstractText></Abstract><Language>eng</Language></Article></MedlineCitation></PubmedArticle>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>\n${records.join('\n')}\n</PubmedArticleSet>\n`;
}
