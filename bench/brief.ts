import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Corpus } from '../src/compose.ts';
import { createPinoLogger } from '../src/telemetry/pino-logger.ts';
import { runTool } from '../src/tools/define-tool.ts';
import { ragSearch } from '../src/tools/rag-search.ts';
import { listFound } from '../src/tools/shown/list-found.ts';
import { readCollection, toPmid } from './judged-collection.ts';
import { NEVER, openBenchCorpus } from './open-corpus.ts';
import { BENCH_FOLDER, SAMPLE } from './sample-file.ts';

/**
 * `node bench/brief.ts [FOLDER NAME]`: how long the brief answers to 100 titles of the demo corpus are. With
 * a collection that has `NAME.EVIDENCE` (tab-separated: claim, document, label, set, sentence, start, end,
 * by place in the document's text): in how many answers that hold the right document its passages hold a
 * marked sentence.
 */
const [folder, name = 'SCIFACT'] = process.argv.slice(2);
const TITLES = 100;
const TOP_K = 10;

await mkdir(BENCH_FOLDER, { recursive: true });
const scratch = await mkdtemp(join(BENCH_FOLDER, 'brief-'));
try {
  await measureLengths();
  if (folder !== undefined) await measureEvidence(folder);
} finally {
  await rm(scratch, { recursive: true });
}

async function measureLengths(): Promise<void> {
  await using corpus = await openLoaded('demo', fileURLToPath(SAMPLE));
  const titles: string[] = [];
  for (const pmid of await corpus.services.store.listPmidsStartingWith('', 2_000, NEVER)) {
    const document = await corpus.services.store.findDocument(pmid, NEVER);
    if (document?.title != null) titles.push(document.title);
  }
  const step = titles.length / TITLES;
  const asked = Array.from({ length: TITLES }, (_, at) => titles[Math.floor(at * step)] ?? '');
  for (const detail of ['brief', 'full']) {
    const structured: number[] = [];
    const told: number[] = [];
    for (const query of asked) {
      const answer = await ask(corpus, { query, top_k: TOP_K, detail });
      structured.push(JSON.stringify(answer).length);
      told.push(listFound(answer).length);
    }
    console.log(`${detail}, ${TITLES} titles, top_k ${TOP_K}: structured ${toSpread(structured)}`);
    console.log(`  text ${toSpread(told)}`);
  }
}

async function measureEvidence(from: string): Promise<void> {
  const { questions, xml } = await readCollection(from, name);
  const file = join(scratch, 'collection.xml');
  await writeFile(file, xml);
  await using corpus = await openLoaded('collection', file);
  const marks = parseEvidence(await readFile(join(from, `${name}.EVIDENCE`), 'utf8'));
  for (const detail of ['brief', 'full']) {
    let claims = 0;
    let held = 0;
    const lengths: number[] = [];
    for (const { id, text: query } of questions) {
      const marked = marks.get(id);
      if (marked === undefined) continue;
      const { documents } = await ask(corpus, { query, top_k: TOP_K, detail });
      const right = documents.filter(({ pmid }) => marked.has(pmid));
      lengths.push(...documents.map(({ passages }) => sum(passages.map(({ text }) => text.length))));
      if (right.length === 0) continue;
      claims += 1;
      const holds = right.some(({ pmid, passages }) =>
        marked.get(pmid)?.some((mark) => passages.some((passage) => isInside(mark, passage))),
      );
      if (holds) held += 1;
    }
    const share = ((100 * held) / claims).toFixed(1);
    const mean = Math.round(sum(lengths) / lengths.length);
    console.log(`${detail}, ${name}: ${held} of ${claims} (${share} %), ${mean} characters a document`);
  }
}

interface Mark {
  start: number;
  end: number;
}

/** A sentence that the splitter cut elsewhere counts by its first 120 characters. */
function isInside({ start, end }: Mark, passage: { start: number | null; end: number | null }): boolean {
  if (passage.start === null || passage.end === null) return false;
  return passage.start <= start + 1 && passage.end >= Math.min(end - 1, start + 120);
}

/** By claim, then by PMID. */
function parseEvidence(text: string): Map<string, Map<string, Mark[]>> {
  const marks = new Map<string, Map<string, Mark[]>>();
  for (const line of text.trim().split('\n').slice(1)) {
    const [claim = '', document = '', , , , start, end] = line.split('\t');
    const documents = marks.get(claim) ?? new Map<string, Mark[]>();
    marks.set(claim, documents);
    const pmid = toPmid(document);
    documents.set(pmid, [...(documents.get(pmid) ?? []), { start: Number(start), end: Number(end) }]);
  }
  return marks;
}

async function openLoaded(into: string, file: string): Promise<Corpus> {
  const corpus = await openBenchCorpus(join(scratch, into));
  await corpus.services.loadFiles({ sources: [file], surface: 'cli', onProgress: () => undefined }, NEVER);
  return corpus;
}

function ask({ services }: Corpus, params: Record<string, unknown>) {
  const logger = createPinoLogger({ level: 'warn', service: 'bench', destination: 'stderr' });
  return runTool(ragSearch, params, { services, ...NEVER, traceId: '0'.repeat(32), logger, surface: 'cli' });
}

function toSpread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return `median ${at(0.5)}, p95 ${at(0.95)}, most ${at(1)} characters`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
