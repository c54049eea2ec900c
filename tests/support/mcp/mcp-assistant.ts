import assert from 'node:assert/strict';
import type { Client } from '@modelcontextprotocol/client';
import type { AnyJson } from './mcp-bench.ts';

/** A call as an assistant makes it, and how long either form of its answer is. */
export interface MadeCall {
  name: string;
  params: Record<string, unknown>;
  text: string;
  structured: AnyJson;
  isError: boolean;
}

export async function makeCall(
  client: Client,
  name: string,
  params: Record<string, unknown>,
): Promise<MadeCall> {
  const { content, structuredContent, isError = false } = await client.callTool({ name, arguments: params });
  const text = content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
  return { name, params, text, structured: structuredContent, isError };
}

export interface Walk {
  prompt: string;
  calls: MadeCall[];
}

/** Reads so many papers where a prompt says "at most five". */
const MOST_READ = 5;

/**
 * Asks for a prompt and makes every call that stands in it, in its order, to the end: lists are followed by
 * their cursors, and what the prompt says for a paper is done for the best five that the searches found.
 */
export async function walkPrompt(client: Client, name: string, given: Record<string, string>): Promise<Walk> {
  const { messages } = await client.getPrompt({ name, arguments: given });
  const [only] = messages;
  const prompt = only?.content.type === 'text' ? only.content.text : assert.fail('no text');
  const calls: MadeCall[] = [];
  let checkpoint = '';
  let job = '';
  const found: string[] = [];
  const make = async (tool: string, params: Record<string, unknown>) => {
    const made = await makeCall(client, tool, params);
    assert.ok(!made.isError, `${tool} ${JSON.stringify(params)}: ${made.text}`);
    calls.push(made);
    if (typeof made.structured.checkpoint_id === 'string') checkpoint = made.structured.checkpoint_id;
    if (typeof made.structured.job_id === 'string') job = made.structured.job_id;
    for (const { pmid } of made.structured.documents ?? []) if (!found.includes(pmid)) found.push(pmid);
    const { next_cursor: cursor } = made.structured;
    if (typeof cursor === 'string') await make(tool, { ...params, cursor });
  };
  for (const { tool, json } of findCalls(prompt)) {
    const pmids = found.slice(0, MOST_READ);
    if (pmids.length === 0 && json.includes('N"')) continue; // there is no paper to do it for
    const put = (pmid: string, list = `"${pmid}"`) =>
      JSON.parse(
        json
          .replaceAll('["N"]', `[${list}]`)
          .replaceAll('"N"', `"${pmid}"`)
          .replaceAll('pmid:N', `pmid:${pmid}`)
          .replaceAll('"ID"', `"${checkpoint}"`)
          .replaceAll('"JOB"', `"${job}"`),
      );
    if (json.includes('pmid:N')) for (const pmid of pmids) await make(tool, put(pmid));
    else await make(tool, put(pmids[0] ?? '', pmids.map((pmid) => `"${pmid}"`).join(',')));
  }
  return { prompt, calls };
}

/** `tool {json}` wherever it stands. */
function findCalls(prompt: string): { tool: string; json: string }[] {
  return [...prompt.matchAll(/\b([a-z]+(?:[._][a-z]+)+) \{/g)].map(({ 1: tool = '', index, 0: head }) => {
    const start = index + head.length - 1;
    let depth = 0;
    for (let at = start; ; at += 1) {
      assert.ok(at < prompt.length, `${tool} has no whole JSON`);
      if (prompt[at] === '{') depth += 1;
      if (prompt[at] === '}') depth -= 1;
      if (depth === 0) return { tool, json: prompt.slice(start, at + 1) };
    }
  });
}

/** What a client of text takes in, and one of structured content. */
export function measureWalk({ prompt, calls }: Walk) {
  const sent = calls.reduce((sum, { name, params }) => sum + name.length + JSON.stringify(params).length, 0);
  const text = calls.reduce((sum, call) => sum + call.text.length, 0);
  const structured = calls.reduce((sum, call) => sum + JSON.stringify(call.structured).length, 0);
  return { calls: calls.length, prompt: prompt.length, sent, text, structured };
}
