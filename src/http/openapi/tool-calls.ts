import type { Catalogue, ToolListing } from '../../tools/catalogue.ts';
import { invocation } from '../invocation.ts';
import { type Json, toSchema } from './json-schema.ts';

export interface CallDescriptions {
  /** The body of each operation that takes one. */
  bodies: Record<string, Json>;
  /** For `components`: the parameters and the answer of each tool. */
  schemas: Record<string, Json>;
}

/** The bodies of calls, one form a tool, so that the page and generated clients know each tool's own parameters. */
export function describeCalls<Services>(catalogue: Catalogue<Services>): CallDescriptions {
  const tools = catalogue.describe();
  const schemas: Record<string, Json> = {};
  for (const tool of tools) {
    const name = toTypeName(tool);
    schemas[`${name}Params`] = withoutDialect(tool.input_schema);
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
    .map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}`)
    .join('');
}

function withoutDialect({ $schema: _, ...schema }: ToolListing['input_schema']): Json {
  return schema;
}
