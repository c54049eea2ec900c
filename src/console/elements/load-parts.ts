import type { JobDetails } from '../../tools/jobs-get.ts';
import type { JobAnswer } from '../../tools/schemas/job-schema.ts';
import { toAddress } from '../addresses.ts';
import { html, type Markup } from '../html.ts';
import type { Asked } from '../page.ts';
import { renderFailure } from './alerts.ts';
import { showCount, showCounted } from './figures.ts';
import { jobsList, linkJob, renderProgress, renderState } from './job-facts.ts';
import { renderNext, renderTable } from './table.ts';

const A_PAGE = 100;
const STATES = ['failed', 'running', 'queued', 'succeeded'] as const;

/**
 * The parts of a load, one a file: those that failed and those that run first, where there are more than a
 * page holds.
 */
export async function renderLoadParts({ job_id, parts }: JobDetails, asked: Asked): Promise<Markup> {
  if (parts === null) return null;
  const cursor = asked.query.get('parts') || undefined;
  const list = (params: object) =>
    asked.tryCall(jobsList, { parent_job_id: job_id, limit: A_PAGE, ...params });
  const isLong = parts.total > A_PAGE;
  const [all, ...urgent] = await Promise.all([
    list({ cursor }),
    ...(isLong ? [list({ state: 'failed' }), list({ state: 'running' })] : []),
  ]);
  if (all.value === null) return renderFailure(all.failure);
  const { jobs, next_cursor: next } = all.value;
  const counts = STATES.filter((state) => parts[state] > 0).map(
    (state) => `${showCount(parts[state])} ${state}`,
  );
  return html`<h2>Its parts</h2>
    <p>${showCounted(parts.total, 'file')}, one job each: ${counts.join(', ')}.</p>
    ${urgent.map(({ value, failure }, at) =>
      value === null
        ? renderFailure(failure)
        : value.jobs.length > 0 && renderParts(at === 0 ? 'Parts that failed' : 'Parts that run', value.jobs),
    )}
    ${renderParts(isLong ? 'All parts, the last one first' : 'One job a file', isLong ? jobs : jobs.toReversed())}
    ${renderNext(next === null ? null : toAddress(`/ui/jobs/${job_id}`, { parts: next }))}`;
}

function renderParts(caption: string, rows: readonly JobAnswer[]): Markup {
  return renderTable({
    caption,
    columns: [
      { name: 'File', show: ({ job_id, about }: JobAnswer) => linkJob(job_id, about ?? undefined) },
      { name: 'State', show: renderState },
      { name: 'Progress', show: renderProgress },
      { name: 'Error', show: ({ error }: JobAnswer) => error?.message ?? '–' },
    ],
    rows,
    empty: 'Nothing is here any more: go back to the first page.',
  });
}
