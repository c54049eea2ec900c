import { createTraceId } from '../domain/traceparent.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { toErrorEnvelope } from '../errors/error-envelope.ts';
import { toAbsoluteSource } from '../ingest/sources/source-rules.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Catalogue } from '../tools/catalogue.ts';
import { parseParams } from '../tools/define-tool.ts';
import type { JobAnswer } from '../tools/job-schema.ts';
import type { ToolCaller } from '../tools/tool-caller.ts';
import type { CallTool, View } from './call-tool.ts';
import type { Output } from './output.ts';
import { createProgressBar } from './progress-bar.ts';
import {
  type DocumentAnswer,
  type LoadAnswer,
  type RawRecords,
  renderDocument,
  renderLoad,
  renderSearch,
  renderStatus,
  type SearchAnswer,
  type StatusAnswer,
} from './render.ts';
import {
  type CheckpointAnswer,
  type CheckpointsAnswer,
  type DiffAnswer,
  renderCheckpoint,
  renderCheckpoints,
  renderDiff,
} from './render-checkpoint.ts';
import {
  type CitationsAnswer,
  type RecordsAnswer,
  renderCitationNotes,
  renderCitations,
  renderRecords,
  renderSummaries,
  type SummariesAnswer,
} from './render-pubmed.ts';
import { type ReindexAnswer, renderReindex } from './render-reindex.ts';
import { renderSync, type SyncAnswer } from './render-sync.ts';
import { ReportedError } from './reported-error.ts';
import { toPlainJson, toPlainText } from './text-layout.ts';

export interface CliSessionOptions {
  catalogue: Catalogue;
  /** Where the tools run: in this process, or in the one that has the data folder. */
  session: ToolCaller;
  logger: Logger;
  stdout: Output;
  stderr: Output;
  signal: AbortSignal;
  /** Whether it was a person who stopped the command: then the job that it waits for is cancelled. */
  isInterrupted: () => boolean;
}

/** A job that a stopped command leaves is cancelled within this time, or goes on. */
const CANCEL_TIMEOUT_MS = 10_000;
/** Lines wider than this are hard to read, whatever the terminal's width. */
const MOST_COLUMNS = 110;

/** Calls tools for a person at a terminal, or for a program that asks for JSON. */
export function createCallTool(options: CliSessionOptions): CallTool {
  const { catalogue, session, logger, stdout, stderr, signal } = options;
  return async (name, given, { json = false, detach = false, view }) => {
    const params = withAbsoluteSources(given);
    const traceId = createTraceId();
    let jobId: string | null = null;
    const bar = createProgressBar({ stream: stderr, now: () => performance.now() });
    try {
      const tool = catalogue.get(name);
      parseParams(tool, params);
      const onJob = (id: string) => {
        jobId = id;
      };
      const answer = await session.call(
        { tool: name, params, traceId, detach, surface: 'cli' },
        { signal, onProgress: bar.report, onJob },
      );
      bar.stop();
      if (detach && tool.kind === 'long') {
        const job = answer as JobAnswer; // what a detached call answers
        stdout.write(json ? `${toPlainJson(job, 2)}\n` : `${job.job_id}\n`);
        return;
      }
      stdout.write(json ? `${toPlainJson(answer, 2)}\n` : `${await render(view, params, answer, options)}\n`);
      // The citations go into a file; what is missing from them must not.
      if (view === 'pubmed-citations' && !json) stderr.write(renderCitationNotes(answer as CitationsAnswer));
    } catch (error) {
      bar.stop();
      if (jobId !== null && options.isInterrupted()) await cancel(session, jobId, logger);
      reportError(error, { name, json, traceId, ...options });
      throw new ReportedError(name, { cause: error });
    }
  };
}

async function render(
  view: View,
  params: Record<string, unknown>,
  answer: unknown,
  { stdout, session, signal }: CliSessionOptions,
) {
  const width = Math.min(stdout.columns ?? MOST_COLUMNS, MOST_COLUMNS);
  // Each view goes with one tool in program.ts, and runTool has held the answer to that tool's schema.
  if (view === 'load') return renderLoad(answer as LoadAnswer);
  if (view === 'reindex') return renderReindex(answer as ReindexAnswer);
  if (view === 'sync') return renderSync(answer as SyncAnswer);
  if (view === 'status') return renderStatus(answer as StatusAnswer);
  if (view === 'document') return renderDocument(answer as DocumentAnswer, width);
  if (view === 'pubmed-list') return renderSummaries(answer as SummariesAnswer, width);
  if (view === 'pubmed-records') return renderRecords(answer as RecordsAnswer, width);
  if (view === 'pubmed-citations') return renderCitations(answer as CitationsAnswer);
  if (view === 'checkpoint') return renderCheckpoint(answer as CheckpointAnswer);
  if (view === 'checkpoint-list') return renderCheckpoints(answer as CheckpointsAnswer);
  if (view === 'checkpoint-diff') return renderDiff(answer as DiffAnswer, width);
  if (view === 'checkpoint-deleted') return 'Deleted. Documents and archive are as they were.';
  if (view === 'json') return toPlainJson(answer, 2);
  const found = answer as SearchAnswer;
  const checkpoint = params.checkpoint_id === undefined ? {} : { checkpoint_id: params.checkpoint_id };
  const raw = await findRawRecords(found, checkpoint, session, signal);
  return renderSearch(found, { question: String(params.query), raw, width });
}

/** Of the revisions that were searched: those of now, or those that the checkpoint froze. */
async function findRawRecords(
  { documents }: SearchAnswer,
  checkpoint: { checkpoint_id?: unknown },
  session: ToolCaller,
  signal: AbortSignal,
): Promise<RawRecords> {
  const pairs = await Promise.all(
    documents.map(async ({ doc_id }) => {
      const params = { doc_id, ...checkpoint };
      const call = { tool: 'rag.get', params, traceId: '', detach: false, surface: 'cli' } as const;
      const document = (await session
        .call(call, { signal })
        .catch(nullWhereNotFound)) as DocumentAnswer | null;
      return document === null ? [] : [[doc_id, document.archive] as const];
    }),
  );
  return new Map(pairs.flat());
}

/** It may have left the corpus since the search. */
function nullWhereNotFound(error: unknown): null {
  if (error instanceof BioMcpError && error.code === 'NOT_FOUND') return null;
  throw error;
}

async function cancel(session: ToolCaller, jobId: string, logger: Logger): Promise<void> {
  await session
    .cancel(jobId, { signal: AbortSignal.timeout(CANCEL_TIMEOUT_MS) })
    .catch((error: unknown) => logger.warn({ err: error, job_id: jobId }, 'the job could not be cancelled'));
}

/** The process that loads them may have another working folder. */
function withAbsoluteSources(params: Record<string, unknown>): Record<string, unknown> {
  const { source } = params;
  if (source === undefined) return params;
  const toAbsolute = (one: unknown) => (typeof one === 'string' ? toAbsoluteSource(one) : one);
  return { ...params, source: Array.isArray(source) ? source.map(toAbsolute) : toAbsolute(source) };
}

/**
 * A program gets the envelope on stdout; a person one sentence on stderr and, being the operator too, the detail behind
 * it. What nobody foresaw goes to the log with its stack.
 */
function reportError(
  error: unknown,
  {
    name,
    json,
    traceId,
    logger,
    stdout,
    stderr,
    signal,
  }: CliSessionOptions & { name: string; json: boolean; traceId: string },
): void {
  if (signal.aborted) {
    stderr.write('bio-mcp: stopped. What was done so far is kept; the same command goes on from there.\n');
    return;
  }
  const { body } = toErrorEnvelope(error, { traceId, tool: name });
  if (!(error instanceof BioMcpError)) {
    logger.error({ err: error, trace_id: traceId, tool: name }, 'a command failed');
  }
  if (json) stdout.write(`${toPlainJson(body)}\n`);
  else stderr.write(toPlainText(`bio-mcp: ${body.message}\n${toDetail(error, body.message)}`));
}

function toDetail(error: unknown, said: string): string {
  return error instanceof BioMcpError && error.message !== said ? `  (${error.message})\n` : '';
}
