import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { BegunCall, KeyedCalls } from '../../queue/keyed-calls.ts';
import { toParamsHash } from '../../queue/params-hash.ts';
import { runTool, type Tool } from '../define-tool.ts';
import { parseParams } from '../params/parse-params.ts';
import type { ToolContext } from '../tool-context.ts';

/** Five times what a short tool allows PubMed: a call that is not over by then lost its process. */
const RUNS_AT_MOST_MS = 125_000;
const REMEMBERED_MS = 24 * 60 * 60 * 1_000;

/**
 * As `runTool`, and for a tool that writes at most once a key: its first success answers the same call for 24
 * h, as it was answered then. What fails is not remembered. Throws `IDEMPOTENCY_CONFLICT` where the key
 * stands for other parameters, `TOOL_BUSY` while another caller is at the same call.
 */
export async function runOnce<Services>(
  tool: Tool<Services>,
  rawParams: unknown,
  { idempotencyKey, keyedCalls }: { idempotencyKey: string; keyedCalls: KeyedCalls },
  context: ToolContext<Services>,
): Promise<unknown> {
  if (tool.annotations.readOnlyHint) return runTool(tool, rawParams, context);
  const { signal, traceId } = context;
  const paramsHash = toParamsHash(parseParams(tool, rawParams));
  const wanted = { tool: tool.name, idempotencyKey, paramsHash, traceId };
  const beginning = await keyedCalls.begin(wanted, RUNS_AT_MOST_MS, { signal });
  switch (beginning.state) {
    case 'answered':
      return beginning.result;
    case 'running':
      throw new BioMcpError(
        'TOOL_BUSY',
        `This call of ${tool.name} runs already under the same idempotency key; try again shortly for its answer.`,
      );
    case 'conflict':
      throw new BioMcpError(
        'IDEMPOTENCY_CONFLICT',
        `This idempotency key stands for a call of ${tool.name} with other parameters: take a new key for a new call.`,
      );
    case 'begun':
      return runBegun(tool, rawParams, { call: beginning.call, keyedCalls }, context);
  }
}

async function runBegun<Services>(
  tool: Tool<Services>,
  rawParams: unknown,
  { call, keyedCalls }: { call: BegunCall; keyedCalls: KeyedCalls },
  context: ToolContext<Services>,
): Promise<unknown> {
  // What became of the call is written down also where its caller has left.
  const options = { signal: new AbortController().signal };
  // The work is done or has failed by then: its caller is told that, whatever becomes of the row.
  const warn = (error: unknown) =>
    context.logger.warn({ err: error }, 'the outcome of a call could not be written down under its key');
  let result: unknown;
  try {
    result = await runTool(tool, rawParams, context);
  } catch (error) {
    await keyedCalls.forget(call, options).catch(warn);
    throw error;
  }
  await keyedCalls.remember(call, { result, keepMs: REMEMBERED_MS }, options).catch(warn);
  return result;
}
