import { readFile, writeFile } from 'node:fs/promises';
import { readPmid } from '../domain/ids.ts';
import { BioMcpError, ValidationError } from '../errors/bio-mcp-error.ts';
import { codeOf } from '../errors/code-of.ts';
import { type Judgements, listRelevant, parseJudgements } from '../evaluation/judgements.ts';
import { DEPTH } from '../evaluation/measures.ts';
import { parseQuestions, type Question } from '../evaluation/questions.ts';
import { compareRuns, type Difference, listJudged, type Scored, scoreRun } from '../evaluation/score-runs.ts';
import { parseRuns, type TrecRun, toRunLines } from '../evaluation/trec-run.ts';
import type { SearchAnswer } from '../tools/rag-search.ts';
import { toPlainJson, toPlainText } from '../tools/shown/text-layout.ts';
import type { ToolInvoker } from '../tools/tool-invoker.ts';
import { renderEvaluation } from './evaluation-report.ts';
import type { Output } from './output.ts';

export interface EvaluationOptions {
  /** Paths. */
  queries: string;
  judgements: string;
  modes: readonly string[];
  /** Of `rag.search`, beside what the evaluation sets itself. */
  params: Record<string, unknown>;
  /** The same of a second way to ask, to be compared with the first. */
  against?: Record<string, unknown> | undefined;
  /** The path of a run that was saved, to be compared with each mode. */
  againstRun?: string | undefined;
  saveRun?: string | undefined;
  topicField?: string | undefined;
  seed: number;
  resamples: number;
  json: boolean;
  stdout: Output;
  stderr: Output;
  signal: AbortSignal;
}

export interface Evaluation {
  questions: number;
  /** Those with a relevant document among the judgements: all averages are over these. */
  judged_questions: number;
  relevant: number;
  /**
   * Relevant documents that no run found and that the corpus does not hold; `null`: too many to look each up.
   */
  relevant_not_held: number | null;
  seed: number;
  resamples: number;
  results: Scored[];
  /** What `--against` or `--against-run` changes: above 0, the first way to ask is the better one. */
  differences: Difference[];
  /** What the answers warned of, each once. */
  warnings: string[];
}

type Ask = (tool: string, params: Record<string, unknown>) => Promise<unknown>;

const MOST_LOOKED_UP = 1_000;

/**
 * Asks every judged question in every mode, as any caller of `rag.search` does, and tells how right the
 * answers were.
 */
export async function runEvaluation(invoker: ToolInvoker, options: EvaluationOptions): Promise<void> {
  const { modes, params, against, resamples, seed, signal } = options;
  const ask: Ask = (tool, given) =>
    invoker.call({ tool, params: given, traceId: '', detach: false, surface: 'cli' }, { signal });
  const { questions, judgements } = await readCollection(options);
  const judged = listJudged(questions, judgements);
  const saved = options.againstRun === undefined ? [] : parseRuns(await readText(options.againstRun));
  const warnings = new Set<string>();
  const search = (name: string, given: Record<string, unknown>) =>
    askAll(name, given, { judged, ask, warnings });
  const runs: TrecRun[] = [];
  const others: TrecRun[] = [];
  for (const mode of modes) {
    runs.push(await search(mode, { ...params, search_mode: mode }));
    if (against !== undefined)
      others.push(await search(`${mode} against`, { ...params, search_mode: mode, ...against }));
  }
  const scoring = { judged, judgements, seed, resamples };
  const pairs = runs.flatMap((run, at) =>
    [others[at], findSaved(saved, run)].flatMap((than) => (than ? [{ run, than }] : [])),
  );
  const compared = new Set([...others, ...pairs.map(({ than }) => than)]);
  const evaluation: Evaluation = {
    questions: questions.length,
    judged_questions: judged.length,
    relevant: judged.reduce((sum, { id }) => sum + listRelevant(judgements.get(id) ?? new Map()).length, 0),
    relevant_not_held: await countNotHeld(listUnfound(judged, judgements, runs), params, ask),
    seed,
    resamples,
    results: [...runs, ...compared].map((run) => scoreRun(run, scoring)),
    differences: pairs.map((pair) => compareRuns(pair, scoring)),
    warnings: [...warnings],
  };
  if (options.saveRun !== undefined) await writeFile(options.saveRun, toRunLines(runs));
  const shown = options.json ? toPlainJson(evaluation, 2) : toPlainText(renderEvaluation(evaluation));
  options.stdout.write(`${shown}\n`);
}

async function readCollection(options: EvaluationOptions) {
  const [queries, judgements] = await Promise.all([readText(options.queries), readText(options.judgements)]);
  return {
    questions: parseQuestions(queries, { field: options.topicField }),
    judgements: toPmids(parseJudgements(judgements)),
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = codeOf(cause);
    throw new ValidationError(`The file ${path} cannot be read${code === '' ? '' : ` (${code})`}.`, {
      cause,
    });
  }
}

/** The corpus knows its documents by PMID alone. */
function toPmids(judgements: Judgements): Judgements {
  const toPmid = (document: string) => {
    const pmid = readPmid(document);
    if (pmid !== null) return pmid;
    throw new ValidationError(
      `The judgements name the document "${document.slice(0, 80)}", which is no PMID.`,
    );
  };
  return new Map(
    [...judgements].map(([question, judged]) => [
      question,
      new Map([...judged].map(([document, grade]) => [toPmid(document), grade])),
    ]),
  );
}

async function askAll(
  name: string,
  params: Record<string, unknown>,
  { judged, ask, warnings }: { judged: readonly Question[]; ask: Ask; warnings: Set<string> },
): Promise<TrecRun> {
  const rankings = new Map<string, string[]>();
  for (const { id, text } of judged) {
    const given = { ...params, query: text, top_k: DEPTH, return_chunks: false };
    const answer = (await ask('rag.search', given)) as SearchAnswer; // what that tool answers
    rankings.set(
      id,
      answer.documents.map(({ pmid }) => pmid),
    );
    // Of a question that finds nothing the warnings say why, and that is its own affair.
    if (answer.documents.length > 0) for (const warning of answer.warnings) warnings.add(warning);
  }
  return { name, rankings };
}

/** A run of other programs goes by its own name: it is compared with every mode. */
function findSaved(saved: readonly TrecRun[], { name }: TrecRun): TrecRun | undefined {
  const found = saved.find((one) => one.name === name) ?? (saved.length === 1 ? saved[0] : undefined);
  return found === undefined ? undefined : { ...found, name: `${found.name} saved` };
}

function listUnfound(
  judged: readonly Question[],
  judgements: Judgements,
  runs: readonly TrecRun[],
): string[] {
  const found = new Set(runs.flatMap(({ rankings }) => [...rankings.values()].flat()));
  const relevant = judged.flatMap(({ id }) => listRelevant(judgements.get(id) ?? new Map()));
  return [...new Set(relevant)].filter((pmid) => !found.has(pmid));
}

async function countNotHeld(
  pmids: readonly string[],
  { checkpoint_id }: Record<string, unknown>,
  ask: Ask,
): Promise<number | null> {
  if (pmids.length > MOST_LOOKED_UP) return null;
  const frozen = checkpoint_id === undefined ? {} : { checkpoint_id };
  let missing = 0;
  for (const pmid of pmids) {
    await ask('rag.get', { doc_id: `pmid:${pmid}`, ...frozen }).catch((error: unknown) => {
      if (!(error instanceof BioMcpError) || error.code !== 'NOT_FOUND') throw error;
      missing++;
    });
  }
  return missing;
}
