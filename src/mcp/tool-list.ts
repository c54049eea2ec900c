import type { Tool as McpTool } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Catalogue, ToolListing } from '../tools/catalogue.ts';
import type { ToolListingForm } from '../tools/tool-facts.ts';
import { longAnswer } from './answers/long-answer.ts';
import { toSlimInput, toSlimOutput, toTopLevelOutput } from './slim-schema.ts';
import type { ToolNames } from './tool-names.ts';

/** The tools as `tools/list` shows them; each of its readers pays for its length with every conversation. */
export function listMcpTools(catalogue: Catalogue<never>, names: ToolNames): McpTool[] {
  return catalogue.describe().map((described) => {
    const { listing } = catalogue.get(described.name);
    return toMcpTool(described, listing, names);
  });
}

function toMcpTool(described: ToolListing, form: ToolListingForm, names: ToolNames): McpTool {
  const { name, title, description, annotations, input_schema: input } = described;
  return {
    name: names.toListed(name),
    title,
    description: names.rename(description),
    // The casts hold because a tool's parameters and answer are objects (`defineTool`).
    inputSchema: renameIn(toSlimInput(input), names) as McpTool['inputSchema'],
    outputSchema: renameIn(toOutput(described, form), names) as NonNullable<McpTool['outputSchema']>,
    annotations,
  };
}

function toOutput(
  { kind, output_schema: output }: ToolListing,
  form: ToolListingForm,
): Record<string, unknown> {
  if (kind === 'long') return toSlimOutput(z.toJSONSchema(longAnswer, { io: 'output' }));
  return form === 'top-level' ? toTopLevelOutput(output) : toSlimOutput(output);
}

/** Names of tools stand in what a schema says of its fields. */
function renameIn(schema: unknown, names: ToolNames): unknown {
  if (typeof schema === 'string') return names.rename(schema);
  if (Array.isArray(schema)) return schema.map((one) => renameIn(one, names));
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, renameIn(value, names)]));
}
