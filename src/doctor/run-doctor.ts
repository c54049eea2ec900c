import type { Output } from '../cli/output.ts';
import { ReportedError } from '../cli/reported-error.ts';
import { untilAborted } from '../domain/concurrency/until-aborted.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { ConfigError } from '../errors/config-error.ts';
import { toPlainJson, toPlainText } from '../tools/shown/text-layout.ts';
import type { DoctorCheck } from './doctor-check.ts';

export interface DoctorOptions {
  json: boolean;
  stdout: Output;
  signal: AbortSignal;
  /** Of one check. */
  timeoutMs?: number;
}

interface Finding {
  check: string;
  state: 'ok' | 'failed';
  latency_ms: number;
  /** What was seen, or for the operator alone what went wrong. */
  detail: string;
  /** `null` where nothing is to be done. */
  remedy: string | null;
}

const CHECK_TIMEOUT_MS = 30_000;

/** Runs all checks at once, prints what they found, and throws where one failed. */
export async function runDoctor(checks: readonly DoctorCheck[], options: DoctorOptions): Promise<void> {
  const { json, stdout, signal } = options;
  const findings = await Promise.all(checks.map((check) => examine(check, options)));
  signal.throwIfAborted();
  const isWell = findings.every(({ state }) => state === 'ok');
  const text = json ? toPlainJson({ ok: isWell, checks: findings }, 2) : toPlainText(renderTable(findings));
  stdout.write(`${text}\n`);
  if (!isWell) throw new ReportedError('a check failed');
}

async function examine(
  { name: check, examine: work }: DoctorCheck,
  { signal, timeoutMs = CHECK_TIMEOUT_MS }: DoctorOptions,
): Promise<Finding> {
  const startedAt = performance.now();
  const limit = AbortSignal.timeout(timeoutMs);
  const both = AbortSignal.any([signal, limit]);
  const latency = () => Math.round(performance.now() - startedAt);
  try {
    const detail = await untilAborted(work({ signal: both }), both);
    return { check, state: 'ok', latency_ms: latency(), detail, remedy: null };
  } catch (error) {
    const { detail, remedy } = limit.aborted ? toLate(timeoutMs) : toWords(error);
    return { check, state: 'failed', latency_ms: latency(), detail, remedy };
  }
}

function toLate(timeoutMs: number): Pick<Finding, 'detail' | 'remedy'> {
  const detail = `no answer within ${timeoutMs / 1_000} s`;
  return { detail, remedy: 'See whether it is up and whether a firewall lies between, and run this again.' };
}

function toWords(error: unknown): Pick<Finding, 'detail' | 'remedy'> {
  if (error instanceof BioMcpError) return { detail: error.message, remedy: error.remedy };
  if (error instanceof ConfigError) return { detail: error.message, remedy: error.message };
  const detail = error instanceof Error ? error.message : String(error);
  return { detail, remedy: 'This failure is not known: the detail is all there is to go by.' };
}

function renderTable(findings: readonly Finding[]): string {
  const rows = findings.map(({ check, state, latency_ms, detail, remedy }) => [
    check,
    state,
    `${latency_ms} ms`,
    remedy ?? detail,
  ]);
  const head = ['check', 'state', 'latency', 'remedy, or what was seen'];
  const widths = head.map((name, at) =>
    Math.max(...[head, ...rows].map((row) => row[at]?.length ?? name.length)),
  );
  const toLine = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === cells.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  ');
  const details = findings.flatMap(({ check, state, detail, remedy }) =>
    state === 'failed' && detail !== remedy ? [`  ${check}: ${detail}`] : [],
  );
  const lines = [toLine(head), ...rows.map(toLine)];
  return details.length === 0 ? lines.join('\n') : [...lines, '', 'In detail:', ...details].join('\n');
}
