/** What docs/tools.md says of each tool: from the catalogue, with one real call from docs/tool-examples/. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { Property } from '../src/cli/commands/tool-fields.ts';
import type { ToolListing } from '../src/tools/catalogue.ts';

const EXAMPLES = new URL('../docs/tool-examples/', import.meta.url);

export interface ToolExample {
  params: Record<string, unknown>;
  /** As the tool answered; long lists are cut to their first entries. */
  result: unknown;
}

/** Throws where a tool has no example: each must show one. */
export function readExample(name: string): ToolExample {
  return JSON.parse(readFileSync(new URL(`${name}.json`, EXAMPLES), 'utf8')) as ToolExample; // a test checks the form
}

export function renderTools(
  tools: readonly ToolListing[],
  findExample: (name: string) => ToolExample = readExample,
): string {
  return `# Tools

Each tool is defined once and served on the command line (a command of its own, see \`bio-mcp --help\`, and \`bio-mcp invoke TOOL --params
'{…}'\`) and over HTTP (\`POST
/v1/mcp/invoke\` with \`{"tool": …, "params": {…}}\`). A *long* tool runs as a job (\`POST /v1/jobs\`; the command line waits for its end). The full
schemas of parameters and answers stand at \`GET /v1/mcp/tools\`; parameters that a tool does not know are refused by name, with the nearest
and all that there are.

What can mean one thing only is read as it is written: \`q\` and \`limit\` for \`query\` (\`term\`) and \`top_k\`, \`pmid\` for \`pmids\` and \`doc_id\`, one value for
a list and a list of one for a value, numbers, \`true\` and \`yes\` as text, lists and objects as JSON text, "PMID: 7", a number or an
address of PubMed for a PMID, an instant or \`2020/3/1\` for a day, "BibTeX" for \`bibtex\`, and a filter beside \`filters\`. What is blank
(\`""\`, \`null\`) counts as left out where it need not be given.

${tools.map((tool) => renderTool(tool, findExample(tool.name))).join('\n')}`;
}

function renderTool(tool: ToolListing, { params, result }: ToolExample): string {
  return `## ${tool.name}

${tool.description} (${tool.kind}, scope \`${tool.scope}\`)

${renderParameters(tool.input_schema)}
\`\`\`json
${JSON.stringify({ tool: tool.name, params })}
\`\`\`

answers

\`\`\`json
${JSON.stringify(result, null, 2)}
\`\`\`
`;
}

function renderParameters(schema: z.core.JSONSchema.BaseSchema): string {
  const rows = listRows((schema.properties ?? {}) as Record<string, Property>, '', new Set(schema.required)); // JSON Schema of our own zod
  if (rows.length === 0) return 'No parameters.\n';
  return `| parameter | type | default | |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

function listRows(
  properties: Record<string, Property>,
  prefix: string,
  required: ReadonlySet<string>,
): string[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const standard = required.has(name) ? 'required' : toDefault(property.default);
    const about = (property.description ?? '').replaceAll('|', '\\|');
    const row = `| \`${prefix}${name}\` | ${toType(property)} | ${standard} | ${about} |`;
    return [row, ...listRows(property.properties ?? {}, `${prefix}${name}.`, new Set())];
  });
}

function toDefault(value: unknown): string {
  return value === undefined || typeof value === 'object' ? '–' : `\`${JSON.stringify(value)}\``;
}

function toType({ type, enum: values, anyOf, items, minimum, maximum }: Property): string {
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (anyOf !== undefined) return anyOf.map(toType).join(' or ');
  if (items !== undefined) return `list of ${toType(items)}`;
  const range = minimum === undefined || maximum === undefined ? '' : ` ${minimum} … ${maximum}`;
  return `${type ?? 'any'}${range}`;
}
