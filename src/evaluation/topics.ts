import { ValidationError } from '../errors/bio-mcp-error.ts';
import type { Question } from './questions.ts';

/** What one would type, before what one would tell. */
const SHORTEST_FIRST = ['query', 'title', 'question', 'summary', 'description'];
const LONG_NAMES = new Map([
  ['desc', 'description'],
  ['narr', 'narrative'],
  ['num', 'number'],
]);
const LABEL = /^\s*(?:Number|Topic|Title|Description|Narrative|Summary)\s*:/i;
const ENTITIES = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
]);

/** TREC topics, of SGML whose elements nobody closes, and of XML. */
export function parseTopics(text: string, field: string | undefined): Question[] {
  const [, ...topics] = text.split(/<top(?:ic)?(?=[\s>])/i);
  return topics.map((topic, at) => {
    const [, attribute] = /^[^<>]*\b(?:number|id)\s*=\s*["']([^"']*)["']/i.exec(topic) ?? [];
    const fields = readFields(topic);
    const id = attribute ?? fields.get('number');
    if (id === undefined || id.trim() === '') throw new ValidationError(`Topic ${at + 1} has no number.`);
    fields.delete('number');
    return { id, text: choose(fields, field, id) };
  });
}

/** By the names of the elements; text behind one belongs to it up to the next. */
function readFields(topic: string): Map<string, string> {
  const fields = new Map<string, string>();
  let name: string | null = null;
  for (const piece of topic.slice(topic.indexOf('>') + 1).split(/(?=<)/)) {
    const [, slash, word] = /^<(\/?)([a-z][\w-]{0,40})/i.exec(piece) ?? [];
    if (word !== undefined) name = slash === '/' ? null : toName(word);
    if (name === null) continue;
    const text = word === undefined ? piece : piece.slice(piece.indexOf('>') + 1);
    const before = fields.get(name);
    fields.set(name, before === undefined ? text.replace(LABEL, '') : before + text);
  }
  return new Map([...fields].map(([key, text]) => [key, toPlain(text)]));
}

function choose(fields: ReadonlyMap<string, string>, field: string | undefined, id: string): string {
  if (field !== undefined) {
    const chosen = fields.get(toName(field));
    if (chosen !== undefined) return chosen;
    const names = [...fields.keys()].join(', ');
    throw new ValidationError(`The topic ${id.trim()} has no ${field}; it has ${names}.`);
  }
  const shortest = SHORTEST_FIRST.map((name) => fields.get(name)?.trim()).find((text) => text);
  // Topics of precision medicine have a disease, a gene, a person: together they are the question.
  return shortest ?? [...fields.values()].join(' ');
}

function toName(word: string): string {
  const lower = word.toLowerCase();
  return LONG_NAMES.get(lower) ?? lower;
}

function toPlain(text: string): string {
  return text.replaceAll(/&(?:amp|lt|gt|quot|apos);/g, (entity) => ENTITIES.get(entity) ?? entity);
}
