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
    inputSchema: toSlimInput(input) as McpTool['inputSchema'],
    outputSchema: toOutput(listing) as NonNullable<McpTool['outputSchema']>,
    annotations,
  };
}

function toOutput({ name, kind, output_schema: output }: ToolListing): Record<string, unknown> {
  if (kind === 'long') return toSlimOutput(z.toJSONSchema(longAnswer, { io: 'output' }));
  return TOP_LEVEL_ONLY.has(name) ? toTopLevelOutput(output) : toSlimOutput(output);
}
