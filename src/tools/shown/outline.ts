import { toPlainText } from './text-layout.ts';

/** Of a text that stands on one line with its name. */
const INDENT = '  ';

/**
 * Any answer as lines of names and values to read: what a tool gets that says nothing of its own. What is
 * `null` or an empty list is left out.
 */
export function toOutline(answer: object): string {
  return toPlainText(toLines(answer).join('\n'));
}

function toLines(value: object): string[] {
  return Object.entries(value).flatMap(([name, field]) => toField(name.replaceAll('_', ' '), field));
}

function toField(name: string, field: unknown): string[] {
  if (isNothing(field)) return [];
  if (typeof field !== 'object' || field === null) return [`${name}: ${toLine(field)}`];
  if (!Array.isArray(field)) return [`${name}:`, ...toLines(field).map(indent)];
  if (field.every((one) => typeof one !== 'object')) return [`${name}: ${field.map(toLine).join(', ')}`];
  return [`${name}:`, ...field.flatMap((one, at) => toEntry(one, at + 1)).map(indent)];
}

function toEntry(entry: unknown, place: number): string[] {
  if (typeof entry !== 'object' || entry === null) return [`${place}. ${toLine(entry)}`];
  const [first = '', ...rest] = toLines(entry);
  return [`${place}. ${first}`, ...rest.map((line) => `   ${line}`)];
}

function isNothing(field: unknown): boolean {
  return field === null || field === undefined || (Array.isArray(field) && field.length === 0);
}

function toLine(value: unknown): string {
  return String(value).replaceAll(/\s+/g, ' ');
}

function indent(line: string): string {
  return `${INDENT}${line}`;
}
