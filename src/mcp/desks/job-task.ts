import {
  type CallToolResult,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server';
import { findJobId } from '../../domain/jobs/job.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { Catalogue } from '../../tools/catalogue.ts';
import { tellResult } from '../../tools/jobs/job-result.ts';
import { requireScope } from '../../tools/require-scope.ts';
import type { JobAnswer } from '../../tools/schemas/job-schema.ts';
import type { ToolInvoker } from '../../tools/tool-invoker.ts';
import { toLongAnswer } from '../answers/long-answer.ts';
import { toTellOptions } from '../answers/tell-answer.ts';
import { toFailureResult, toLongResult } from '../answers/tool-results.ts';
import { type Exchange, TASKS_EXTENSION } from '../exchange.ts';
import type { ToolNames } from '../tool-names.ts';

/** https://modelcontextprotocol.io/seps/2663-tasks-extension */
export type TaskStatus = 'working' | 'input_required' | 'completed' | 'failed' | 'cancelled';

export interface Task {
  taskId: string;
  status: TaskStatus;
  statusMessage?: string;
  createdAt: string;
  lastUpdatedAt: string;
  /** `null`: a job is kept for good. */
  ttlMs: number | null;
  pollIntervalMs: number;
}

/** The answer to a call that became a task. `content` is nothing of it: the type of answers wants one. */
export type CreatedTask = CallToolResult & Task & { resultType: 'task' };
export type DetailedTask = Task & { resultType: 'complete'; result?: CallToolResult };
/** Says that a word about a task arrived. */
export interface TaskAck {
  resultType: 'complete';
  [key: string]: unknown;
}

/**
 * The tasks of the extension, each of them a job: one that survives a restart, and that any process
 * can tell of.
 */
export interface TaskDesk {
  /** Fails with invalid parameters where there is no such task. */
  get(taskId: string, exchange: Exchange): Promise<DetailedTask>;
  /** No job ever asks its client for anything, so there is nothing to take in. */
  update(taskId: string, exchange: Exchange, inputResponses: Record<string, unknown>): Promise<TaskAck>;
  /** Stops the job and what it does; one that has ended stays as it is. */
  cancel(taskId: string, exchange: Exchange): Promise<TaskAck>;
}

export interface TaskDeskNeeds {
  catalogue: Catalogue<never>;
  invoker: ToolInvoker;
  names: ToolNames;
}

/** What its caller needs, as for DELETE /v1/jobs/{id}. */
export const CANCEL = { name: 'tasks/cancel', scope: 'sync' } as const;
const POLL_INTERVAL_MS = 2_000;

export function createTaskDesk({ catalogue, invoker, names }: TaskDeskNeeds): TaskDesk {
  async function read(taskId: string, { signal, traceId, by }: Exchange): Promise<JobAnswer> {
    if (findJobId(taskId) === null) throw toUnknownTask();
    const call = {
      tool: 'jobs.get',
      params: { job_id: taskId },
      traceId,
      detach: true,
      surface: 'http',
      by,
    } as const;
    const answer = await invoker.call(call, { signal }).catch((error: unknown) => {
      throw error instanceof BioMcpError && error.code === 'NOT_FOUND' ? toUnknownTask() : error;
    });
    return answer as JobAnswer; // of that tool's own answer
  }

  return {
    async get(taskId, exchange) {
      const job = await read(taskId, exchange);
      const { signal, traceId } = exchange;
      const task = { resultType: 'complete', ...toTask(job) } as const;
      if (job.state === 'succeeded') {
        const answer = await invoker.follow(taskId, { signal });
        const long = toLongAnswer(job, names.toListed('jobs.get'), answer);
        const tool = catalogue.list().find(({ name }) => name === job.tool);
        const told = long.result && tellResult(long.result, tool, toTellOptions(names));
        return { ...task, result: toLongResult(long, names, told) };
      }
      if (task.status !== 'completed' || job.error === null) return task;
      const { error_code, message } = job.error;
      const failure = { ok: false, error_code, message, trace_id: traceId, tool: job.tool } as const;
      return { ...task, result: toFailureResult(failure, names) };
    },
    async update(taskId, exchange) {
      await read(taskId, exchange);
      return { resultType: 'complete' };
    },
    async cancel(taskId, exchange) {
      if (exchange.by !== undefined) requireScope(exchange.by, CANCEL);
      await read(taskId, exchange);
      await invoker.cancel(taskId, { signal: exchange.signal });
      return { resultType: 'complete' };
    },
  };
}

/** Refuses a client that did not say, with this very request, that it knows tasks. */
export function requireTasks({ takesTasks }: Exchange): void {
  if (takesTasks) return;
  throw new MissingRequiredClientCapabilityError({
    requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } },
  });
}

export function toCreatedTask(job: JobAnswer): CreatedTask {
  // The cast holds because the extension has no `content`, and the server sends the task as it is.
  return { resultType: 'task', ...toTask(job) } as CreatedTask;
}

function toTask(job: JobAnswer): Task {
  const { job_id, created_at, updated_at, progress } = job;
  const message = progress?.warning ?? progress?.message ?? job.error?.message;
  return {
    taskId: job_id,
    status: toStatus(job),
    ...(typeof message === 'string' && message !== '' ? { statusMessage: message } : {}),
    createdAt: created_at,
    lastUpdatedAt: updated_at,
    ttlMs: null,
    pollIntervalMs: POLL_INTERVAL_MS,
  };
}

/** `failed` is for failures of the protocol: a tool that failed has completed, with a result that says so. */
function toStatus({ state, error }: JobAnswer): TaskStatus {
  if (state === 'queued' || state === 'running') return 'working';
  return error?.error_code === 'CANCELLED' ? 'cancelled' : 'completed';
}

function toUnknownTask(): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, 'There is no task of that id.');
}
