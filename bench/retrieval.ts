import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Judgements, parseJudgements } from '../src/evaluation/judgements.ts';
import { DEPTH, MEASURES } from '../src/evaluation/measures.ts';
import { parseQuestions } from '../src/evaluation/questions.ts';
import { listJudged, scoreRun } from '../src/evaluation/score-runs.ts';
import { parseSmart, type SmartEntry } from '../src/evaluation/smart.ts';
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
/** PMIDs must not begin with a zero, and need not be PubMed's. */
const PMID_OFFSET = 1_000_000;
const RESAMPLING = { seed: 1, resamples: 10_000 };

const read = (ending: string) => readFile(join(folder, `${name}.${ending}`), 'latin1');
const texts = parseSmart(await read('ALL'));
const judgements = withPmids(parseJudgements(await read('REL')));
const judged = listJudged(parseQuestions(await read('QRY')), judgements);

await mkdir(BENCH_FOLDER, { recursive: true });
const scratch = await mkdtemp(join(BENCH_FOLDER, 'retrieval-'));
const file = join(scratch, 'collection.xml');
await writeFile(file, toXml(texts));
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

function toPmid(id: string): string {
  return String(PMID_OFFSET + Number(id));
}

function withPmids(all: Judgements): Judgements {
  return new Map(
    [...all].map(([question, grades]) => [
      question,
      new Map([...grades].map(([text, grade]) => [toPmid(text), grade])),
    ]),
  );
}

function toXml(entries: readonly SmartEntry[]): string {
  const records = entries.map(({ id, fields }) => {
    const [title, text] = [toText(fields.get('T')), toText(fields.get('W'))];
    return `<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">${toPmid(id)}</PMID><Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print"><PubDate><Year>1970</Year></PubDate></JournalIssue></Journal><ArticleTitle>${title}</ArticleTitle><Abstract><AbstractText>${text}</AbstractText></Abstract><Language>eng</Language></Article></MedlineCitation></PubmedArticle>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>\n${records.join('\n')}\n</PubmedArticleSet>\n`;
}

function toText(field = ''): string {
  return field.replaceAll(/\s+/g, ' ').trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
