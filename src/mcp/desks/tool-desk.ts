import {
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  type Tool,
} from '@modelcontextprotocol/server';
import { type Caller, mayUse } from '../../domain/caller.ts';
import { cutText } from '../../domain/cut-text.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { toErrorEnvelope } from '../../errors/error-envelope.ts';
import { toLatency } from '../../telemetry/latency.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Catalogue } from '../../tools/catalogue.ts';
import { findWait } from '../../tools/find-wait.ts';
import { findNearestTool } from '../../tools/nearest-tool.ts';
import type { JobAnswer } from '../../tools/schemas/job-schema.ts';
import type { ToolInvoker } from '../../tools/tool-invoker.ts';
import { askFitting, toWritten } from '../answers/ask-fitting.ts';
import { toLongAnswer } from '../answers/long-answer.ts';
import { tellAnswer } from '../answers/tell-answer.ts';
import { toFailure, toLongResult, toResult } from '../answers/tool-results.ts';
import { type Changes, CORPUS_STATUS_URI, RECENT_SYNCS_URI, toUri } from '../changes.ts';
import type { Exchange } from '../exchange.ts';
import { listMcpTools } from '../tool-list.ts';
import type { ToolNames } from '../tool-names.ts';
import { type CreatedTask, toCreatedTask } from './job-task.ts';

/** The tools of a server: what it lists, and how it answers a call. */
export interface ToolDesk {
  /** Those that the caller may call. */
  list(by?: Caller): readonly Tool[];
  /** Fails with a protocol error for a tool that there is not; whatever a tool throws is a result. */
  call(
    call: { name: string; params: Record<string, unknown> },
    exchange: Exchange,
  ): Promise<CallToolResult | CreatedTask>;
}

export interface ToolDeskNeeds {
  catalogue: Catalogue<never>;
  names: ToolNames;
  invoker: ToolInvoker;
  changes: Changes;
  /** Follows each long job that was asked for here, so as to tell of its end; where nothing else does. */
  follows: { until: AbortSignal } | null;
  logger: Logger;
  /** Whether each call has its line here: over HTTP it is the request's. */
  logsCalls: boolean;
}

/** Of a tool that there is not, in the log. */
const MOST_NAME_CHARACTERS = 100;

export function createToolDesk({
  catalogue,
  names,
  invoker,
  changes,
  follows,
  logger,
  logsCalls,
}: ToolDeskNeeds): ToolDesk {
  let tools: readonly Tool[] | undefined;
  const list = (by?: Caller) => {
    tools ??= listMcpTools(catalogue, names);
    if (by === undefined) return tools;
    return tools.filter(({ name }) => mayUse(by, catalogue.get(names.find(name) ?? name).scope));
  };

  async function tellOfEnd(jobId: string, until: AbortSignal): Promise<void> {
    await invoker.follow(jobId, { signal: until }).catch((error: unknown) => {
      if (!until.aborted)
        logger.debug({ err: error, job_id: jobId }, 'a job that a client asked for has failed');
    });
    changes.tell(CORPUS_STATUS_URI);
    changes.tell(RECENT_SYNCS_URI);
  }

  /** The same exchange, whose call has its line once it is over. */
  function openLine(name: string, exchange: Exchange): Exchange & Disposable {
    const startedAt = performance.now();
    let errorCode: string | null = null;
    return {
      ...exchange,
      noteFailure(code) {
        errorCode = code;
        exchange.noteFailure(code);
      },
      [Symbol.dispose]() {
        if (!logsCalls) return;
        const { traceId: trace_id, signal } = exchange;
        const error_code = errorCode ?? undefined;
        const status = signal.aborted ? 'cancelled' : errorCode === null ? 'succeeded' : 'failed';
        const latency_ms = toLatency(performance.now() - startedAt);
        logger.request({ trace_id, tool: name, error_code, status, latency_ms });
      },
    };
  }

  return {
    list,
    async call({ name: given, params }, asked) {
      using exchange = openLine(names.find(given) ?? cutText(given, MOST_NAME_CHARACTERS), asked);
      const name = names.find(given);
      if (name === null) {
        exchange.noteFailure('TOOL_NOT_FOUND');
        throw toUnknownTool(given, list());
      }
      const { traceId } = exchange;
      const tool = catalogue.get(name);
      const signal = findWait(tool, params) === null ? exchange.signal : exchange.waiting;
      try {
        const { parentSpanId, by } = exchange;
        const call = { tool: name, traceId, parentSpanId, detach: true, surface: 'http', by } as const;
        const ask = async (asked: Readonly<Record<string, unknown>>) => {
          const options = { signal, onProgress: exchange.reportProgress };
          const answer = await invoker.call({ ...call, params: asked }, options);
          if (tool.kind === 'short') for (const change of tool.changes(answer)) changes.tell(toUri(change));
          return answer;
        };
        if (tool.kind === 'long') {
          const job = (await ask(names.toParams(params))) as JobAnswer; // what a detached call answers
          exchange.log('info', { tool: name, job_id: job.job_id, state: job.state });
          changes.tell(RECENT_SYNCS_URI);
          if (follows !== null) void tellOfEnd(job.job_id, follows.until);
          if (exchange.takesTasks) return toCreatedTask(job);
          return toLongResult(toLongAnswer(job, names.toListed('jobs.get')), names);
        }
        const answer = await askFitting(tool, names.toParams(params), { ask, names });
        const renamed = renameSentences(answer, names);
        const written = toWritten(tool, names.toParams(params));
        return toResult(renamed, tellAnswer(tool, renamed, { names, written }));
      } catch (error) {
        if (signal.aborted) throw error;
        if (!(error instanceof BioMcpError)) {
          logger.error({ err: error, trace_id: traceId, tool: name }, 'a tool failed');
        }
        const failure = toErrorEnvelope(error, { traceId, tool: name });
        const { error_code } = failure.body;
        exchange.noteFailure(error_code);
        exchange.log('error', { tool: name, trace_id: traceId, error_code });
        return toFailure(failure, names);
      }
    },
  };
}

/**
 * Our own sentences name tools as the list does, those of a job too: its error, and the warnings of what it
 * answered. The text of records stays as it is.
 */
function renameSentences(answer: object, names: ToolNames): object {
  const renamed: Record<string, unknown> = { ...answer };
  const { warnings, error, result, jobs } = renamed;
  if (Array.isArray(warnings)) {
    renamed.warnings = warnings.map((one: unknown) => (typeof one === 'string' ? names.rename(one) : one));
  }
  if (isObject(error) && typeof error.message === 'string') {
    renamed.error = { ...error, message: names.rename(error.message) };
  }
  if (isObject(result)) renamed.result = renameSentences(result, names);
  if (Array.isArray(jobs)) {
    renamed.jobs = jobs.map((job: unknown) => (isObject(job) ? renameSentences(job, names) : job));
  }
  return renamed;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toUnknownTool(given: string, tools: readonly Tool[]): ProtocolError {
  const nearest = findNearestTool(given, tools);
  const all = tools.map(({ name }) => name).join(', ');
  const advice = nearest === null ? `There are ${all}.` : `Did you mean ${nearest}?`;
  return new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool of that name. ${advice}`);
}
