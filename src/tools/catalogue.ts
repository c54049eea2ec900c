import { z } from 'zod';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { Tool } from './define-tool.ts';
import { findNearestTool } from './nearest-tool.ts';
import type { CorpusServices } from './tool-context.ts';
import type { ToolFacts } from './tool-facts.ts';

/** One entry of `GET /v1/mcp/tools`. */
export interface ToolListing extends ToolFacts {
  readonly input_schema: z.core.JSONSchema.BaseSchema;
  readonly output_schema: z.core.JSONSchema.BaseSchema;
}

/** The tools of this process: each surface lists and calls them through here. */
export interface Catalogue<Services = CorpusServices> {
  /** In the order they were given. */
  list(): readonly Tool<Services>[];
  /** Throws `TOOL_NOT_FOUND`, which names the nearest tool. */
  get(name: string): Tool<Services>;
  /** The tools with their JSON Schemas (draft 2020-12). */
  describe(): readonly ToolListing[];
}

export function createCatalogue<Services = CorpusServices>(
  tools: readonly Tool<Services>[],
): Catalogue<Services> {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  if (byName.size !== tools.length) throw new TypeError('two tools have one name');
  let listings: readonly ToolListing[] | undefined;
  return {
    list: () => tools,
    get(name) {
      const tool = byName.get(name);
      if (tool !== undefined) return tool;
      const nearest = findNearestTool(name, tools);
      const advice =
        nearest === null ? `There are ${[...byName.keys()].join(', ')}.` : `Did you mean ${nearest}?`;
      throw new BioMcpError('TOOL_NOT_FOUND', `There is no tool of that name. ${advice}`);
    },
    describe() {
      listings ??= tools.map(toListing);
      return listings;
    },
  };
}

function toListing(tool: Tool<never>): ToolListing {
  const { name, kind, scope, title, description, annotations } = tool;
  return {
    name,
    kind,
    scope,
    title,
    description,
    annotations,
    input_schema: z.toJSONSchema(tool.input, { io: 'input' }),
    output_schema: z.toJSONSchema(tool.output, { io: 'output' }),
  };
}
