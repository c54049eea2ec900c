import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  CallToolResult,
  InputRequests,
  InputRequiredResult,
  ServerContext,
  Tool,
} from '@modelcontextprotocol/server';
import { acceptedContent } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { BioMcpError } from '../../../../src/errors/bio-mcp-error.ts';
import type { CreatedTask, TaskDesk } from '../../../../src/mcp/desks/job-task.ts';
import { defineTool } from '../../../../src/tools/define-tool.ts';
import type { ToolContext } from '../../../../src/tools/tool-context.ts';
import { READS_CORPUS } from '../../../../src/tools/tool-facts.ts';
import { text } from './samples.ts';

const facts = {
  scope: 'read',
  title: 'Test',
  description: 'For the suite.',
  annotations: READS_CORPUS,
} as const;

/** The suite's own tools that are jobs like any other: what they come to is the real thing. */
export const SUITE_JOBS = [
  defineTool({
    ...facts,
    kind: 'long',
    name: 'slow_compute',
    input: z.object({ seconds: z.number(), label: z.string().optional() }),
    output: z.object({ done: z.boolean() }),
    async run({ seconds }, { signal }: ToolContext<unknown>) {
      await delay(seconds * 1_000, undefined, { signal });
      return { done: true };
    },
  }),
  defineTool({
    ...facts,
    kind: 'long',
    name: 'failing_job',
    input: z.object({}),
    output: z.object({}),
    async run(_params, _context: ToolContext<unknown>) {
      throw new BioMcpError('NOT_FOUND', 'This job always fails.');
    },
  }),
];
/** Those that cannot be served to a client that takes no task. */
export const TASKS_ONLY: ReadonlySet<string> = new Set(['failing_job']);

interface HeldTask {
  createdAt: string;
  pending: InputRequests;
  result: CallToolResult | null;
  error: { code: number; message: string } | null;
  isCancelled: boolean;
}

const ask = (message: string): InputRequests[string] => ({
  method: 'elicitation/create',
  params: {
    message,
    requestedSchema: { type: 'object', properties: { confirm: { type: 'boolean' } }, required: ['confirm'] },
  },
});

const done = (words: string): CallToolResult => ({ content: [text(words)] });

/**
 * What no job of ours ever does: asking its client for something, and failing as the protocol does.
 * Kept in memory.
 */
export function createSuiteTasks(real: TaskDesk) {
  const held = new Map<string, HeldTask>();

  function hold(task: Partial<HeldTask>): CreatedTask {
    const taskId = randomUUID();
    const createdAt = new Date().toISOString();
    held.set(taskId, { createdAt, pending: {}, result: null, error: null, isCancelled: false, ...task });
    const plain = { createdAt, lastUpdatedAt: createdAt, ttlMs: null, pollIntervalMs: 100 };
    return { resultType: 'task', taskId, status: 'working', ...plain } as CreatedTask; // as the extension has it
  }

  const calls: Readonly<Record<string, (context: ServerContext) => CallToolResult | InputRequiredResult>> = {
    protocol_error_job: () => hold({ error: { code: -32_603, message: 'The job broke.' } }),
    confirm_delete: () => hold({ pending: { confirm: ask('Delete it?') } }),
    multi_input: () => hold({ pending: { first: ask('First?'), second: ask('Second?') } }),
    test_tool_with_task: ({ mcpReq }) => {
      const { name } = acceptedContent(mcpReq.inputResponses, 'user_name') ?? {};
      if (typeof name === 'string') return hold({ result: done(`Hello, ${name}!`) });
      return { resultType: 'input_required', inputRequests: { user_name: ask('Who are you?') } };
    },
    greet: () => done(''),
  };

  const desk: TaskDesk = {
    async get(taskId, exchange) {
      const task = held.get(taskId);
      if (task === undefined) return real.get(taskId, exchange);
      const isAsking = Object.keys(task.pending).length > 0;
      const rest =
        task.error !== null
          ? { status: 'failed', error: task.error }
          : task.isCancelled
            ? { status: 'cancelled' }
            : isAsking
              ? { status: 'input_required', inputRequests: task.pending }
              : { status: 'completed', result: task.result ?? done('Done.') };
      const { createdAt } = task;
      const plain = { taskId, createdAt, lastUpdatedAt: createdAt, ttlMs: null, pollIntervalMs: 100 };
      return { resultType: 'complete', ...plain, ...rest } as Awaited<ReturnType<TaskDesk['get']>>; // as above
    },
    async update(taskId, exchange, inputResponses) {
      const task = held.get(taskId);
      if (task === undefined) return real.update(taskId, exchange, inputResponses);
      const pending = Object.entries(task.pending).filter(([key]) => inputResponses[key] === undefined);
      task.pending = Object.fromEntries(pending);
      return { resultType: 'complete' };
    },
    async cancel(taskId, exchange) {
      const task = held.get(taskId);
      if (task === undefined) return real.cancel(taskId, exchange);
      task.isCancelled = true;
      return { resultType: 'complete' };
    },
  };

  return {
    desk,
    tools: Object.keys(calls).map(toTool),
    /** `null` where it is none of these. */
    call(name: string, params: Record<string, unknown>, context: ServerContext) {
      if (name === 'greet') return done(`Hello, ${params.name}!`);
      return calls[name]?.(context) ?? null;
    },
  };
}

function toTool(name: string): Tool {
  return { name, description: 'For the conformance suite.', inputSchema: { type: 'object' } };
}
