import type { ToolListing } from '../../tools/catalogue.ts';
import { html, type Markup } from '../html.ts';
import { listParams, type Param, type Schema, showForm, toSchema } from './tool-params.ts';

/** A parameter may have the name of a field of the page. */
const PREFIX = 'param.';
const LEFT_OUT = 'left out';

type Kind = 'line' | 'number' | 'choice' | 'lines' | 'json';

/** A field for each parameter, those that must be given first, with what was given. */
export function renderFields(tool: ToolListing, given: Readonly<Record<string, unknown>>): Markup {
  const params = listParams(tool).toSorted((one, other) => Number(other.isRequired) - Number(one.isRequired));
  return html`<div class="fields">${params.map((param) => renderField(param, given[param.name]))}</div>`;
}

/** What was filled in; a field that was left blank is left out. What a field cannot be, the tool refuses. */
export function readFields(tool: ToolListing, form: URLSearchParams): Record<string, unknown> {
  const given = listParams(tool).flatMap(({ name, schema }): [string, unknown][] => {
    const text = form.get(`${PREFIX}${name}`) ?? '';
    return text.trim() === '' ? [] : [[name, readValue(schema, text)]];
  });
  return Object.fromEntries(given);
}

function renderField({ name, isRequired, schema }: Param, value: unknown): Markup {
  const [id, text] = [`field-${name}`, toText(schema, value)];
  const field = { id, name: `${PREFIX}${name}`, 'aria-describedby': `${id}-form` };
  return html`<div>
    <label for=${id}>${name}</label> <span class="small" id=${`${id}-form`}>${toHint(schema, isRequired)}</span>
    ${renderInput(schema, text, field)}
  </div>`;
}

function renderInput(schema: Schema, text: string, field: Readonly<Record<string, string>>): Markup {
  const kind = toKind(schema);
  if (kind === 'choice') {
    const choices = ['', ...listChoices(schema)];
    // The tool may read what no choice equals: "BibTeX".
    if (!choices.includes(text)) choices.push(text);
    return html`<select ...${field}>
      ${choices.map((one) => html`<option value=${one} selected=${one === text}>${one || LEFT_OUT}</option>`)}
    </select>`;
  }
  if (kind === 'lines' || kind === 'json' || text.includes('\n'))
    return html`<textarea ...${field} rows="2" spellcheck="false">${text}</textarea>`;
  const mode = kind === 'number' ? 'decimal' : 'text';
  return html`<input ...${field} type="text" inputmode=${mode} autocomplete="off" spellcheck="false" value=${text} />`;
}

function toHint(schema: Schema, isRequired: boolean): string {
  const forms: Readonly<Partial<Record<Kind, string>>> = { lines: 'one a line', json: 'as JSON', choice: '' };
  const facts = [forms[toKind(schema)] ?? showForm(schema), isRequired ? 'required' : toDefault(schema)];
  return facts.filter((fact) => fact !== '').join(', ');
}

function toDefault({ default: value }: Schema): string {
  if (value === undefined || JSON.stringify(value) === '{}' || JSON.stringify(value) === '[]') return '';
  return `if left out: ${typeof value === 'string' ? value : JSON.stringify(value)}`;
}

function toKind(schema: Schema): Kind {
  const { type, anyOf = [], items } = schema;
  if (listChoices(schema).length > 0) return 'choice';
  if (type === 'integer' || type === 'number') return 'number';
  const list = anyOf.map(toSchema).find((one) => one.type === 'array');
  if (list !== undefined) return toKind(list);
  if (type === 'string' || anyOf.some((one) => toSchema(one).type === 'string')) return 'line';
  if (type !== 'array' || items === undefined || Array.isArray(items)) return 'json';
  return toKind(toSchema(items)) === 'json' ? 'json' : 'lines';
}

function listChoices({ enum: choices = [], type }: Schema): string[] {
  return type === 'boolean' ? ['true', 'false'] : choices.map(String);
}

function readValue(schema: Schema, text: string): unknown {
  const kind = toKind(schema);
  if (kind === 'lines') return readLines(schema, text);
  if (kind === 'number' && Number.isFinite(Number(text))) return Number(text);
  if (schema.type === 'boolean' && listChoices(schema).includes(text)) return text === 'true';
  return kind === 'json' ? readJson(text) : text;
}

/** One line of what may be a text as well is that text. */
function readLines({ type }: Schema, text: string): unknown {
  const list = text.startsWith('[') ? readJson(text) : text;
  if (Array.isArray(list)) return list;
  const lines = text.split(/\r?\n/).flatMap((line) => line.trim() || []);
  return type !== 'array' && lines.length === 1 ? lines[0] : lines;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function toText(schema: Schema, value: unknown): string {
  if (value === undefined || value === null) return '';
  const isLines = toKind(schema) === 'lines' && Array.isArray(value) && value.length > 0;
  // An entry of several lines, or of another kind, is told as JSON.
  if (isLines && value.every((one) => /^[^\r\n]*$/.test(String(one)))) return value.map(String).join('\n');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
