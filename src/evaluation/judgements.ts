import { ValidationError } from '../errors/bio-mcp-error.ts';
import { toId } from './questions.ts';

/** By the question's id, then the document's: how far the one answers the other, 0 not at all. */
export type Judgements = ReadonlyMap<string, ReadonlyMap<string, number>>;

interface Row {
  cells: string[];
  number: number;
}

/** "query7" is the id of a question. */
const HEAD = /^(?:query|topic|question)(?:[-_]?id)?$/i;
const FORMS =
  'A judgement is "question 0 document grade" (TREC, SMART), "question document grade" (BEIR) or "question document".';

/**
 * Judgements in whichever form they are written: TREC's `question 0 document grade`, BEIR's `query-id
 * corpus-id score` with or without that head, SMART's `question 0 document 1` or `question document 0 0`, and
 * `question document` alone. A grade below 0 counts as 0. Throws a ValidationError that names the line that
 * cannot be read.
 */
export function parseJudgements(text: string): Judgements {
  const rows = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line, at): Row => ({ cells: line.trim().split(/\s+/), number: at + 1 }))
    .filter(({ cells }) => cells[0] !== '');
  const [first] = rows;
  const isHead = first !== undefined && HEAD.test(first.cells[0] ?? '');
  const body = isHead ? rows.slice(1) : rows;
  // Where the last of four columns is 0 in every row, it is no grade: such lists name what is relevant alone.
  const isUngraded = body.every(({ cells }) => cells.length === 4 && Number(cells[3]) === 0);
  const judgements = new Map<string, Map<string, number>>();
  for (const row of body) {
    const { question, document, grade } = toJudgement(row, isUngraded);
    const known = judgements.get(question) ?? new Map<string, number>();
    judgements.set(question, known.set(document, Math.max(grade, known.get(document) ?? 0)));
  }
  return judgements;
}

function toJudgement({ cells, number }: Row, isUngraded: boolean) {
  const [question = '', ...rest] = cells;
  const [document, grade] =
    rest.length === 3 && !isUngraded ? rest.slice(1) : [rest[0], isUngraded ? '1' : (rest[1] ?? '1')];
  const value = Number(grade);
  if (document === undefined || rest.length > 3 || Number.isNaN(value))
    throw new ValidationError(`Line ${number} of the judgements cannot be read. ${FORMS}`);
  return { question: toId(question), document: toId(document), grade: Math.max(0, value) };
}

/** The documents that answer a question at all. */
export function listRelevant(judged: ReadonlyMap<string, number>): string[] {
  return [...judged].filter(([, grade]) => grade > 0).map(([document]) => document);
}
