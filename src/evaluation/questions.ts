import { ValidationError } from '../errors/bio-mcp-error.ts';
import { parseSmart } from './smart.ts';
import { parseTopics } from './topics.ts';

export interface Question {
  id: string;
  text: string;
}

/**
 * The questions of a collection, in their order, in whichever form they are written:
 * - BEIR: a JSON object a line, `{"_id": "1", "text": "…"}`;
 * - SMART: `.I 1`, then `.W` and the question;
 * - TREC: `<top>` or `<topic number="1">` with `<title>`, `<desc>` …;
 * - a line a question: its id, a tab, the question.
 *
 * `field` chooses among the parts of a TREC topic (`title`, `description`, `narrative` …); else the shortest
 * way to ask that it has. Throws a ValidationError that says what cannot be read, and where.
 */
export function parseQuestions(text: string, { field }: { field?: string | undefined } = {}): Question[] {
  const whole = text.replace(/^\uFEFF/, '').trim();
  const read = findReader(whole)(whole, field).map(({ id, text: words }) => ({
    id: toId(id),
    text: words.replaceAll(/\s+/g, ' ').trim(),
  }));
  const ids = new Set<string>();
  for (const { id, text: words } of read) {
    if (words === '') throw new ValidationError(`The question ${id} has no words.`);
    if (ids.has(id)) throw new ValidationError(`The queries hold the question ${id} twice.`);
    ids.add(id);
  }
  return read;
}

/** Collections write one id as "7" here and as "007" there. */
export function toId(text: string): string {
  const id = text.trim();
  return /^\d+$/.test(id) ? id.replace(/^0+(?=\d)/, '') : id;
}

const FORMS =
  'Questions are lines of JSON (BEIR), entries of ".I" and ".W" (SMART), <top> elements (TREC), or lines of an id, a tab and the question.';

function findReader(text: string): (text: string, field: string | undefined) => Question[] {
  if (text.startsWith('{')) return parseJsonLines;
  if (/^\.I\s/.test(text)) return parseSmartQuestions;
  if (/<top(?:ic)?[\s>]/i.test(text)) return parseTopics;
  return parseTabbed;
}

function parseJsonLines(text: string): Question[] {
  return listLines(text).map(({ line, number }) => {
    const { _id, id = _id, query_id = id, text: words, query = words } = toObject(line, number);
    if ((typeof query_id === 'string' || typeof query_id === 'number') && typeof query === 'string')
      return { id: String(query_id), text: query };
    throw new ValidationError(`Line ${number} of the queries lacks "_id" or "text".`);
  });
}

function toObject(line: string, number: number): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>; // its fields are looked at one by one
  } catch {
    throw new ValidationError(`Line ${number} of the queries is no JSON.`);
  }
}

function parseSmartQuestions(text: string): Question[] {
  return parseSmart(text).map(({ id, fields }) => ({ id, text: fields.get('W') ?? fields.get('T') ?? '' }));
}

function parseTabbed(text: string): Question[] {
  const lines = listLines(text).map(({ line, number }) => ({ cells: line.split('\t'), number }));
  const [first] = lines;
  const isHead = first !== undefined && /^(?:query[-_ ]?)?id$/i.test(first.cells[0]?.trim() ?? '');
  return (isHead ? lines.slice(1) : lines).map(({ cells: [id = '', ...words], number }) => {
    if (words.length > 0 && id.trim() !== '') return { id, text: words.join(' ') };
    throw new ValidationError(`Line ${number} of the queries cannot be read. ${FORMS}`);
  });
}

function listLines(text: string): { line: string; number: number }[] {
  return text
    .split('\n')
    .map((line, at) => ({ line, number: at + 1 }))
    .filter(({ line }) => line.trim() !== '');
}
