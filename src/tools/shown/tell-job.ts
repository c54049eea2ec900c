import type { z } from 'zod';
import type { jobSchema } from '../schemas/job-schema.ts';
import type { TellOptions } from '../tell-options.ts';
import { toPlainText } from './text-layout.ts';

type JobWords = z.output<typeof jobSchema> & {
  /** Of a load that was split. */
  parts?: { total: number; queued: number; running: number; succeeded: number; failed: number } | null;
};

/** In the order in which a reader asks; other facts of a progress stand behind them. */
const COUNTS = ['found', 'fetched', 'archived', 'skipped', 'indexed', 'failed'] as const;

/** One job: its state, how far it is, what went wrong, when, and where its result lies. */
export function tellJob(job: JobWords, { toListed }: Pick<TellOptions, 'toListed'>): string {
  const { job_id, tool, about, state, attempt, progress, error, result_ref, parent_job_id, parts } = job;
  const times = [
    `made ${job.created_at}`,
    job.started_at && `started ${job.started_at}`,
    job.finished_at && `ended ${job.finished_at}`,
  ];
  const lines = [
    `${toListed(tool)} · job ${job_id} · ${state}${attempt > 1 ? ` · attempt ${attempt}` : ''}`,
    ...(error === null ? [] : [`   ${error.error_code}: ${error.message}`]),
    ...(about === null ? [] : [`   ${about}`]),
    ...(progress === null ? [] : [`   ${toProgressWords(progress)}`]),
    `   ${times.filter((time) => time !== null).join(', ')}`,
    ...(parent_job_id === null ? [] : [`   part of job ${parent_job_id}`]),
    ...(parts === undefined || parts === null ? [] : [`   ${toPartsWords(parts)}`]),
    ...(result_ref === null ? [] : [`   result at ${result_ref}`]),
  ];
  return lines.map(toPlainText).join('\n');
}

/** "45 %, found 1000, archived 450, …: fetching" */
export function toProgressWords(progress: Readonly<Record<string, unknown>>): string {
  const { pct, message, warning } = progress;
  const counts = COUNTS.filter((name) => progress[name] !== undefined).map(
    (name) => `${name} ${progress[name]}`,
  );
  const told = [...(pct === undefined ? [] : [`${pct} %`]), ...counts].join(', ');
  const notes = [message, warning].filter((note) => typeof note === 'string' && note !== '');
  return [told, ...notes].filter((part) => part !== '').join(': ');
}

/** "4 parts: 1 running, 3 succeeded" */
function toPartsWords({ total, ...states }: NonNullable<JobWords['parts']>): string {
  const counts = Object.entries(states).filter(([, count]) => count > 0);
  return `${total} ${total === 1 ? 'part' : 'parts'}: ${counts.map(([state, count]) => `${count} ${state}`).join(', ')}`;
}
