import type { Tool as McpTool } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Catalogue, ToolListing } from '../tools/catalogue.ts';
import { longAnswer } from './long-answer.ts';
import { toSlimInput, toSlimOutput, toTopLevelOutput } from './slim-schema.ts';
import type { ToolNames } from './tool-names.ts';

/** Tools whose answers are, or list, what another tool or GET /v1/mcp/tools describes in full: or the list would double. */
const TOP_LEVEL_ONLY: ReadonlySet<string> = new Set([
  'pubmed.get',
  'rag.get',
  'pubmed.related',
  'corpus.status',
  'jobs.list',
  'corpus.checkpoint.list',
]);

/** The tools as `tools/list` shows them; each of its readers pays for its length with every conversation. */
export function listMcpTools(catalogue: Catalogue<never>, names: ToolNames): McpTool[] {
  return catalogue.describe().map((listing) => toMcpTool(listing, names));
}

function toMcpTool(listing: ToolListing, names: ToolNames): McpTool {
  const { name, title, description, annotations, input_schema: input } = listing;
  return {
    name: names.toListed(name),
    title,
    description: names.rename(description),
    // The casts hold because a tool's parameters and answer are objects (`defineTool`).
    inputSchema: renameIn(toSlimInput(input), names) as McpTool['inputSchema'],
    outputSchema: renameIn(toOutput(listing), names) as NonNullable<McpTool['outputSchema']>,
    annotations,
  };
}

function toOutput({ name, kind, output_schema: output }: ToolListing): Record<string, unknown> {
  if (kind === 'long') return toSlimOutput(z.toJSONSchema(longAnswer, { io: 'output' }));
  return TOP_LEVEL_ONLY.has(name) ? toTopLevelOutput(output) : toSlimOutput(output);
}

/** Names of tools stand in what a schema says of its fields. */
function renameIn(schema: unknown, names: ToolNames): unknown {
  if (typeof schema === 'string') return names.rename(schema);
  if (Array.isArray(schema)) return schema.map((one) => renameIn(one, names));
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, renameIn(value, names)]));
}
