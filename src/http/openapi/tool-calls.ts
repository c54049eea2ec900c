import type { Catalogue, ToolListing } from '../../tools/catalogue.ts';
import { invocation } from '../invocation.ts';
import { type Json, toSchema } from './json-schema.ts';

export interface CallDescriptions {
  /** The body of each operation that takes one. */
  bodies: Record<string, Json>;
  /** For `components`: the parameters and the answer of each tool. */
  schemas: Record<string, Json>;
}

const BLANK = 'Blank';
const blank = {
  description: 'Left empty: as if it were not there.',
  anyOf: [{ type: 'null' }, { type: 'string', pattern: '^\\s*$' }],
};

/**
 * The bodies of calls, one form a tool, so that the page and generated clients know each
 * tool's own parameters.
 */
export function describeCalls<Services>(catalogue: Catalogue<Services>): CallDescriptions {
  const tools = catalogue.describe();
  const schemas: Record<string, Json> = { [BLANK]: blank };
  for (const tool of tools) {
    const name = toTypeName(tool);
    schemas[`${name}Params`] = withBlanks(withoutDialect(tool.input_schema));
    schemas[`${name}Result`] = withoutDialect(tool.output_schema);
  }
  const { idempotency_key } = toSchema(invocation, 'input').properties as Record<string, Json>; // an object's fields
  const toCall = (tool: ToolListing) => ({
    title: tool.name,
    description: tool.description,
    type: 'object',
    properties: {
      tool: { const: tool.name },
      params: { $ref: `#/components/schemas/${toTypeName(tool)}Params` },
      idempotency_key,
    },
    required: isEmptyAllowed(tool) ? ['tool'] : ['tool', 'params'],
    additionalProperties: false,
  });
  return {
    bodies: {
      invokeTool: { oneOf: tools.map(toCall) },
      createJob: { oneOf: tools.map(toCall) },
    },
    schemas,
  };
}

function isEmptyAllowed({ input_schema: { required = [] } }: ToolListing): boolean {
  return required.length === 0;
}

/** `pubmed.sync.incremental` → `PubmedSyncIncremental`. */
function toTypeName({ name }: ToolListing): string {
  return name
    .split('.')
    .map((piece) => `${piece.charAt(0).toUpperCase()}${piece.slice(1)}`)
    .join('');
}

function withoutDialect({ $schema: _, ...schema }: ToolListing['input_schema']): Json {
  return schema;
}

/** Says what `dropBlankParams` does: what need not be there may be blank, also one object down. */
function withBlanks(schema: Json, depth = 1): Json {
  const { properties, required = [] } = schema as { properties?: Record<string, Json>; required?: string[] }; // as zod writes it
  if (properties === undefined) return schema;
  const allowing = Object.entries(properties).map(([name, property]) => {
    const inner = depth > 0 ? withBlanks(property, depth - 1) : property;
    if (required.includes(name)) return [name, inner];
    const { description, ...rest } = inner;
    const told = description === undefined ? {} : { description };
    return [name, { ...told, anyOf: [rest, { $ref: `#/components/schemas/${BLANK}` }] }];
  });
  return { ...schema, properties: Object.fromEntries(allowing) };
}
