import { createTraceId } from '../domain/traceparent.ts';
import { BioMcpError, ValidationError } from '../errors/bio-mcp-error.ts';
import { toErrorEnvelope } from '../errors/error-envelope.ts';
import { toAbsoluteSource } from '../ingest/sources/source-rules.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Catalogue } from '../tools/catalogue.ts';
import type { Tool } from '../tools/define-tool.ts';
import { parseParams } from '../tools/params/parse-params.ts';
import type { JobAnswer } from '../tools/schemas/job-schema.ts';
import { toPlainJson, toPlainText } from '../tools/shown/text-layout.ts';
import type { ToolInvoker } from '../tools/tool-invoker.ts';
import type { CallTool, SayAsCommand } from './call-tool.ts';
import { toErrorDetail } from './error-detail.ts';
import type { Output } from './output.ts';
import { createProgressBar } from './progress-bar.ts';
import { ReportedError, UsageError } from './reported-error.ts';

export interface CallToolOptions {
  catalogue: Catalogue;
  /** Where the tools run: in this process, or in the one that has the data folder. */
  session: ToolInvoker;
  /** For what a person reads; a program gets the tool's own words. */
  sayAsCommand: SayAsCommand;
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
export function createCallTool(options: CallToolOptions): CallTool {
  const { catalogue, session, logger, stdout, stderr, signal } = options;
  return async (name, given, { json = false, detach = false }) => {
    const traceId = createTraceId();
    let jobId: string | null = null;
    let isUnderstood = false;
    const startedAt = performance.now();
    /** A person reads the answer; the line is for whoever asks for lines (BIO_MCP_LOG_LEVEL=debug). */
    const logCall = (outcome: { status: string; error_code?: string }) =>
      logger.debug(
        {
          trace_id: traceId,
          ...(jobId === null ? {} : { job_id: jobId }),
          ...{ tool: name, ...outcome, latency_ms: Math.round(performance.now() - startedAt) },
        },
        'request',
      );
    const bar = createProgressBar({ stream: stderr, now: () => performance.now() });
    try {
      const tool = catalogue.get(name);
      const params = withAbsoluteFiles(tool, given);
      parseParams(tool, params);
      isUnderstood = true;
      const onJob = (id: string) => {
        jobId = id;
      };
      const answer = await session.call(
        { tool: name, params, traceId, detach, surface: 'cli' },
        { signal, onProgress: bar.report, onJob },
      );
      bar.stop();
      logCall({ status: 'succeeded' });
      if (detach && tool.kind === 'long') {
        const job = answer as JobAnswer; // what a detached call answers
        stdout.write(json ? `${toPlainJson(job, 2)}\n` : `${job.job_id}\n`);
        return;
      }
      if (json || tool.show === undefined) {
        stdout.write(`${toPlainJson(answer, 2)}\n`);
        return;
      }
      const ask = (asked: string, askedParams: Record<string, unknown>) =>
        session.call(
          { tool: asked, params: askedParams, traceId: '', detach: false, surface: 'cli' },
          { signal },
        );
      const width = Math.min(stdout.columns ?? MOST_COLUMNS, MOST_COLUMNS);
      const shown = sayWarnings(answer, (text) => options.sayAsCommand(text, tool));
      stdout.write(`${await tool.show(shown, { params, width, ask })}\n`);
      stderr.write(tool.showAside(shown));
    } catch (error) {
      bar.stop();
      const error_code = error instanceof BioMcpError ? error.code : 'INTERNAL';
      logCall(signal.aborted ? { status: 'stopped' } : { status: 'failed', error_code });
      if (jobId !== null && options.isInterrupted()) await cancel(session, jobId, logger);
      reportError(error, { name, json, traceId, ...options });
      const isUsage = !isUnderstood && error instanceof ValidationError;
      throw new (isUsage ? UsageError : ReportedError)(name, { cause: error });
    }
  };
}

/** Our own sentences in an answer; the text of records stays as it is. */
function sayWarnings(answer: unknown, say: (text: string) => string): unknown {
  if (typeof answer !== 'object' || answer === null) return answer;
  if (!('warnings' in answer) || !Array.isArray(answer.warnings)) return answer;
  const warnings = answer.warnings.map((one: unknown) => (typeof one === 'string' ? say(one) : one));
  return { ...answer, warnings };
}

async function cancel(session: ToolInvoker, jobId: string, logger: Logger): Promise<void> {
  await session
    .cancel(jobId, { signal: AbortSignal.timeout(CANCEL_TIMEOUT_MS) })
    .catch((error: unknown) => logger.warn({ err: error, job_id: jobId }, 'the job could not be cancelled'));
}

/** The process that reads them may have another working folder. */
function withAbsoluteFiles({ fileParams }: Tool, given: Record<string, unknown>): Record<string, unknown> {
  const toAbsolute = (one: unknown) => (typeof one === 'string' ? toAbsoluteSource(one) : one);
  const absolute = fileParams
    .filter((name) => given[name] !== undefined)
    .map((name) => {
      const value = given[name];
      return [name, Array.isArray(value) ? value.map(toAbsolute) : toAbsolute(value)];
    });
  return { ...given, ...Object.fromEntries(absolute) };
}

/**
 * A program gets the error envelope on stdout; a person one sentence on stderr and, being the operator too,
 * the detail behind it. What nobody foresaw goes to the log with its stack.
 */
function reportError(
  error: unknown,
  {
    name,
    json,
    traceId,
    catalogue,
    sayAsCommand,
    logger,
    stdout,
    stderr,
    signal,
  }: CallToolOptions & { name: string; json: boolean; traceId: string },
): void {
  if (signal.aborted) {
    stderr.write('bio-mcp: stopped. What was done so far is kept; the same command goes on from there.\n');
    return;
  }
  const { body } = toErrorEnvelope(error, { traceId, tool: name });
  if (!(error instanceof BioMcpError)) {
    logger.error({ err: error, trace_id: traceId, tool: name }, 'a command failed');
  }
  if (json) {
    stdout.write(`${toPlainJson(body)}\n`);
    return;
  }
  const called = catalogue.list().find((tool) => tool.name === name);
  const said = called === undefined ? body.message : sayAsCommand(body.message, called);
  stderr.write(toPlainText(`bio-mcp: ${said}\n${toErrorDetail(error, body.message)}`));
}
