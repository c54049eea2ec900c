import type { z } from 'zod';
import type { ToolListing } from '../../tools/catalogue.ts';
import { html, type Markup } from '../html.ts';
import { renderTable } from './table.ts';

export type Schema = z.core.JSONSchema.BaseSchema;

export interface Param {
  name: string;
  isRequired: boolean;
  schema: Schema;
}

/** Of parameters that tools need; of others, the emptiest value of their form. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  term: 'metformin',
  query: 'exercise and falls in older people',
  pmid: '23193287',
  pmids: ['23193287'],
  doc_id: 'pmid:23193287',
  source: 'updatefiles',
};

/** What a tool takes, and its whole schema. */
export function renderParams(tool: ToolListing): Markup {
  return html`<h2>What it takes</h2>
    ${renderTable({
      caption: 'Parameters',
      columns: [
        { name: 'Parameter', show: renderName },
        { name: 'Form', show: ({ schema }: Param) => html`<code>${showForm(schema)}</code>` },
        { name: 'If left out', show: renderDefault },
        { name: 'What it means', show: ({ schema }: Param) => schema.description ?? '–' },
      ],
      rows: listParams(tool),
      empty: 'Nothing: leave {} as it is.',
    })}
    <details>
      <summary id="schema">The whole input schema</summary>
      <pre tabindex="0" role="region" aria-labelledby="schema">${JSON.stringify(tool.input_schema, null, 2)}</pre>
    </details>`;
}

/** The parameters that must be given, with a value each, as JSON on one line. */
export function toExample(tool: ToolListing): string {
  const required = listParams(tool).filter(({ isRequired }) => isRequired);
  const given = required.map(({ name, schema }) => {
    return `${JSON.stringify(name)}: ${JSON.stringify(EXAMPLES[name] ?? toEmpty(schema))}`;
  });
  return `{${given.join(', ')}}`;
}

export function listParams({ input_schema: { properties = {}, required = [] } }: ToolListing): Param[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    isRequired: required.includes(name),
    schema: toSchema(schema),
  }));
}

/** JSON Schema lets `true` stand for anything. */
export function toSchema(schema: Schema | boolean): Schema {
  return typeof schema === 'boolean' ? {} : schema;
}

function renderName({ name, isRequired }: Param): Markup {
  return html`<code>${name}</code>${isRequired ? html` <span class="small">required</span>` : null}`;
}

function renderDefault({ isRequired, schema }: Param): Markup {
  if (isRequired) return 'refused';
  return schema.default === undefined ? '–' : html`<code>${JSON.stringify(schema.default)}</code>`;
}

/** "string", `"a" | "b"`, "list of string | integer". */
export function showForm({ type, enum: choices, anyOf, items }: Schema): string {
  if (choices !== undefined) return choices.map((one) => JSON.stringify(one)).join(' | ');
  if (anyOf !== undefined) return anyOf.map((one) => showForm(toSchema(one))).join(' | ');
  if (type !== 'array') return [type ?? 'any'].flat().join(' | ');
  const item = Array.isArray(items) || items === undefined ? {} : toSchema(items);
  return `list of ${showForm(item)}`;
}

function toEmpty({ type, enum: choices, minimum }: Schema): unknown {
  if (choices !== undefined) return choices[0];
  if (type === 'array') return [];
  if (type === 'object') return {};
  if (type === 'boolean') return false;
  return type === 'integer' || type === 'number' ? (minimum ?? 0) : '';
}
