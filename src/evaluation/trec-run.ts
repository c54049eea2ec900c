import { ValidationError } from '../errors/bio-mcp-error.ts';
import { toId } from './questions.ts';

/** What one way to search found: the documents of each question, best first. */
export interface TrecRun {
  name: string;
  rankings: ReadonlyMap<string, readonly string[]>;
}

/** Runs in TREC's form: `question Q0 document rank score run`, one document a line. */
export function toRunLines(runs: readonly TrecRun[]): string {
  const lines = runs.flatMap(({ name, rankings }) =>
    [...rankings].flatMap(([question, ranked]) =>
      ranked.map((document, at) => `${question} Q0 ${document} ${at + 1} ${ranked.length - at} ${name}\n`),
    ),
  );
  return lines.join('');
}

/** The reverse, and what other programs write in that form: the score decides, then the order of lines. */
export function parseRuns(text: string): TrecRun[] {
  const runs = new Map<string, Map<string, { document: string; score: number }[]>>();
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [question, , document, , score, name] = line.trim().split(/\s+/);
    if (question === undefined || document === undefined || name === undefined || Number.isNaN(Number(score)))
      throw new ValidationError(`Line ${at + 1} of the run is not "question Q0 document rank score name".`);
    const rankings = runs.get(name) ?? new Map<string, { document: string; score: number }[]>();
    const ranked = rankings.get(toId(question)) ?? [];
    ranked.push({ document: toId(document), score: Number(score) });
    runs.set(name, rankings.set(toId(question), ranked));
  }
  return [...runs].map(([name, rankings]) => ({
    name,
    rankings: new Map([...rankings].map(([question, ranked]) => [question, toOrder(ranked)])),
  }));
}

function toOrder(ranked: readonly { document: string; score: number }[]): string[] {
  const documents = ranked.toSorted((a, b) => b.score - a.score).map(({ document }) => document);
  return [...new Set(documents)];
}
