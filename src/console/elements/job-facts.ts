import { z } from 'zod';
import { createJobsGet } from '../../tools/jobs-get.ts';
import { createJobsList } from '../../tools/jobs-list.ts';
import type { JobAnswer } from '../../tools/schemas/job-schema.ts';
import { progressSchema } from '../../tools/schemas/progress-schema.ts';
import { html, type Markup } from '../html.ts';
import { showCount } from './figures.ts';

/** For their names and answers; whoever calls them is the catalogue's own. */
export const jobsList = createJobsList({ toolNames: () => [] });
export const jobsGet = createJobsGet({ findTool: () => undefined });

const shownSchema = progressSchema.extend({ warning: z.string().nullable().catch(null) });
export type ShownProgress = z.output<typeof shownSchema>;

export function toShownProgress({ progress }: Pick<JobAnswer, 'progress'>): ShownProgress {
  return shownSchema.parse(progress ?? {});
}

const WORDS = { queued: '', running: '', succeeded: 'good', failed: 'bad' } as const;

/** The name of a tool, where a narrow column breaks it behind a dot. */
export function breakAtDots(tool: string): Markup {
  return tool.split('.').map((part, at) => (at === 0 ? part : html`.<wbr />${part}`));
}

/** Its last digits: the first ones tell the time, which jobs share. */
export function toShortId(jobId: string): string {
  return jobId.slice(-8);
}

export function linkJob(jobId: string, text = toShortId(jobId)): Markup {
  return html`<a href=${`/ui/jobs/${jobId}`}>${text}</a>`;
}

/** One word, coloured where it means something; a cancelled job is no failure. */
export function renderState({ state, error }: Pick<JobAnswer, 'state' | 'error'>): Markup {
  if (error?.error_code === 'CANCELLED') return html`<span class="word warning">cancelled</span>`;
  return html`<span class=${`word ${WORDS[state]}`.trim()}>${state}</span>`;
}

/** How far a job is, as a bar and in words. */
export function renderProgress(job: JobAnswer): Markup {
  const { pct, message } = toShownProgress(job);
  if (job.progress === null) return '–';
  const whole = Math.round(Math.min(100, Math.max(0, pct)));
  return html`<progress max="100" value=${whole} aria-label="How far it is">${whole} %</progress>
    <span class="small">${whole} %${message === '' ? '' : `, ${message}`}</span>`;
}

/** How fast a running job goes and how long it may still take; `null` before that can be told. */
export function toPace(job: JobAnswer, now: Date): { rate: string; left: string } | null {
  const { pct, found } = toShownProgress(job);
  if (job.state !== 'running' || job.started_at === null || pct <= 0) return null;
  const seconds = (now.getTime() - Date.parse(job.started_at)) / 1_000;
  if (!(seconds > 0)) return null;
  return {
    rate: `${showCount(Math.round(found / seconds))} records a second`,
    left: `about ${showDuration((seconds * (100 - pct)) / pct)}`,
  };
}

/** "45 s", "12 min", "3.5 h". */
export function showDuration(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3_600).toFixed(1)} h`;
}

/** From its start to its end, or to now. */
export function showTaken(job: JobAnswer, now: Date): string {
  if (job.started_at === null) return '–';
  const end = job.finished_at === null ? now.getTime() : Date.parse(job.finished_at);
  return showDuration((end - Date.parse(job.started_at)) / 1_000);
}
