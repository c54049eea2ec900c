import type { AccessTokens } from '../access/access-tokens.ts';
import type { CallOptions } from '../domain/call-options.ts';
import type { Caller } from '../domain/caller.ts';
import type { Job } from '../domain/jobs/job.ts';
import type { Surface } from '../domain/surface.ts';
import { BioMcpError, isErrorCode } from '../errors/bio-mcp-error.ts';
import type { Progress, ReportProgress } from '../ingest/runs/progress.ts';
import type { Logger } from '../telemetry/logger.ts';
import { inTrace } from '../telemetry/trace-context.ts';
import type { Catalogue } from './catalogue.ts';
import { runTool } from './define-tool.ts';
import { awaitJob } from './jobs/await-job.ts';
import { enqueueJob } from './jobs/enqueue-job.ts';
import { readJobResult } from './jobs/job-result.ts';
import { runOnce } from './jobs/run-once.ts';
import { requireScope } from './require-scope.ts';
import { type JobAnswer, parseJobId, toJobAnswer } from './schemas/job-schema.ts';
import type { CorpusServices, ToolContext } from './tool-context.ts';

export interface ToolCall {
  tool: string;
  params: unknown;
  traceId: string;
  /** Whose work the call continues, elsewhere: 16 hexadecimal digits. */
  parentSpanId?: string | undefined;
  /** A long tool answers with its job at once. */
  detach: boolean;
  /** Where the call came in: over MCP it may name no more than over HTTP. */
  surface: Surface;
  /** Who asks, over HTTP; absent: the operator, who may all. `holdScopes` lets none go by without. */
  by?: Caller | undefined;
  /**
   * A short tool that writes runs at most once under it (`runOnce`). Only a caller in this very process
   * may give one.
   */
  idempotencyKey?: string | undefined;
}

export interface FollowOptions extends CallOptions {
  onProgress?: ReportProgress | undefined;
  /** Hears the id of the job that a long tool became. */
  onJob?: ((jobId: string) => void) | undefined;
  /**
   * Aborts where the job goes on elsewhere: following ends with the signal's reason, and a short tool
   * ends as ever.
   */
  leaving?: AbortSignal | undefined;
}

/** Calls tools: a short one runs at once, a long one as a job that is followed to its end. */
export interface ToolInvoker {
  /** The tool's answer, or the job where a long tool is detached. Throws what the tool throws. */
  call(call: ToolCall, options: FollowOptions): Promise<unknown>;
  /** The answer of a job's tool, once it has ended; throws why it failed. */
  follow(jobId: string, options: FollowOptions): Promise<unknown>;
  /** Does nothing to a job that has ended. */
  cancel(jobId: string, options: CallOptions): Promise<void>;
  /** PMIDs of the corpus that begin with these digits, at most `limit`, in the order of text. */
  listPmids(request: { prefix: string; limit: number }, options: CallOptions): Promise<readonly string[]>;
  /** The operator's own: no tool leads there. */
  readonly tokens: OperatorTokens;
}

export type OperatorTokens = Pick<AccessTokens, 'create' | 'list' | 'revoke'>;

/** What calling needs beside what the tools do. */
export interface InvokerServices extends Pick<CorpusServices, 'jobs' | 'keyedCalls'> {
  readonly store: Pick<CorpusServices['store'], 'listPmidsStartingWith'>;
  readonly accessTokens: OperatorTokens;
}

export interface ToolInvokerNeeds<Services> {
  catalogue: Catalogue<Services>;
  services: Services;
  logger: Logger;
}

/**
 * In the process that has the corpus open, or will: its services are asked at each call, and fail until
 * they are there.
 */
export function createToolInvoker<Services extends InvokerServices>({
  catalogue,
  services,
  logger,
}: ToolInvokerNeeds<Services>): ToolInvoker {
  async function follow(id: string, { signal, leaving, onProgress }: FollowOptions): Promise<unknown> {
    const jobId = parseJobId(id);
    const followed = leaving === undefined ? signal : AbortSignal.any([signal, leaving]);
    const onChange = ({ progress }: Job) => {
      if (progress !== null) onProgress?.(toProgress(progress));
    };
    const job = await awaitJob(
      services.jobs,
      { jobId, waitMs: Number.POSITIVE_INFINITY, onChange },
      { signal: followed },
    );
    if (job.error !== null) throw toThrown(job.error.errorCode, job.error.message);
    return readJobResult(services.jobs, job, catalogue.get(job.tool).join, { signal });
  }
  return {
    async call(call, options): Promise<unknown | JobAnswer> {
      const { tool: name, params, traceId, detach, surface, idempotencyKey, by } = call;
      const { signal, onJob } = options;
      const tool = catalogue.get(name);
      if (by !== undefined) requireScope(by, tool);
      if (tool.kind === 'short') {
        const context = new CallContext(services, call, options, logger);
        return inTrace(traceId, () =>
          idempotencyKey === undefined
            ? runTool(tool, params, context)
            : runOnce(tool, params, { idempotencyKey, keyedCalls: services.keyedCalls }, context),
        );
      }
      const { job } = await enqueueJob(
        { catalogue, services, jobs: services.jobs },
        { tool: name, params, traceId, surface, by },
        { signal },
      );
      onJob?.(job.jobId);
      return detach ? toJobAnswer(job) : follow(job.jobId, options);
    },
    follow,
    async cancel(id, options) {
      await services.jobs.cancel(parseJobId(id), options).catch((error: unknown) => {
        if (!(error instanceof BioMcpError && error.code === 'JOB_FINISHED')) throw error;
      });
    },
    listPmids: ({ prefix, limit }, options) => services.store.listPmidsStartingWith(prefix, limit, options),
    tokens: {
      create: (token, options) => services.accessTokens.create(token, options),
      list: (options) => services.accessTokens.list(options),
      revoke: (name, options) => services.accessTokens.revoke(name, options),
    },
  };
}

/** Of a short call; as an object of its own it would cost as much as the call. */
class CallContext<Services> implements ToolContext<Services> {
  readonly services: Services;
  readonly signal: AbortSignal;
  readonly traceId: string;
  readonly surface: Surface;
  declare readonly onProgress?: ReportProgress;
  readonly #tool: string;
  readonly #logger: Logger;

  constructor(services: Services, call: ToolCall, { signal, onProgress }: FollowOptions, logger: Logger) {
    this.services = services;
    this.signal = signal;
    this.traceId = call.traceId;
    this.surface = call.surface;
    if (onProgress !== undefined) this.onProgress = onProgress;
    this.#tool = call.tool;
    this.#logger = logger;
  }

  /** Most calls log nothing, and making a logger costs more than all else in a short call. */
  get logger(): Logger {
    return this.#logger.child({ trace_id: this.traceId, tool: this.#tool });
  }
}

function toThrown(code: string, message: string): BioMcpError {
  return new BioMcpError(isErrorCode(code) ? code : 'INTERNAL', message);
}

/** A job's progress is a run's, or a part of it, or nothing but a warning. */
function toProgress(told: Record<string, unknown>): Progress {
  const toCount = (name: string) => (typeof told[name] === 'number' ? told[name] : 0);
  const message = typeof told.warning === 'string' ? told.warning : told.message;
  return {
    found: toCount('found'),
    fetched: toCount('fetched'),
    archived: toCount('archived'),
    skipped: toCount('skipped'),
    indexed: toCount('indexed'),
    failed: toCount('failed'),
    pct: toCount('pct'),
    message: typeof message === 'string' ? message : '',
  };
}
