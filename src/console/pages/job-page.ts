import type { JobAnswer } from '../../tools/schemas/job-schema.ts';
import { html, type Markup } from '../html.ts';
import type { Asked, ConsolePage } from '../page.ts';
import { renderFacts } from '../parts/facts.ts';
import { showCount, showTime } from '../parts/figures.ts';
import {
  jobsGet,
  jobsList,
  renderProgress,
  renderState,
  showTaken,
  toPace,
  toShortId,
  toShownProgress,
} from '../parts/job-facts.ts';
import { renderFailure, renderWarnings } from '../parts/notices.ts';
import { renderTable } from '../parts/table.ts';

/** Parts are looked for among the newest jobs of the tool. */
const LOOKED_AT = 1_000;
const LONGEST_TEXT = 20_000;

/** One job: how far it is, what it came to, its parts; followed while the page is open. */
export const jobPage: ConsolePage = {
  path: '/ui/jobs/:id',
  async answer(asked) {
    const { params, call, mayUse, formToken } = asked;
    const { result, ...job } = await call(jobsGet, { job_id: params.id ?? '' });
    const isEnded = job.state === 'succeeded' || job.state === 'failed';
    const address = `/ui/jobs/${job.job_id}`;
    const cancel = html`<form method="post" action=${`${address}/cancel`}>
      <input type="hidden" name="token" value=${formToken} />
      <button id="cancel" class="danger" type="submit">Cancel this job</button>
    </form>`;
    return {
      title: `${job.tool}, ${toShortId(job.job_id)}`,
      content: html`<p><a href="/ui/jobs">All jobs</a></p>
        <section id="job" aria-label="The job" data-live=${isEnded ? null : `${address}/events`}>
          ${renderJob(job, asked)} ${isEnded || !mayUse('sync') ? null : cancel}
          ${result === null ? null : renderResult(result)} ${await renderParts(job, asked)}
        </section>`,
    };
  },
};

/** Ends the job and shows it again. */
export const cancelJob: ConsolePage = {
  path: '/ui/jobs/:id/cancel',
  method: 'POST',
  scope: 'sync',
  async answer({ params, cancelJob: cancel }) {
    const id = params.id ?? '';
    await cancel(id);
    return { location: `/ui/jobs/${encodeURIComponent(id)}` };
  },
};

function renderJob(job: JobAnswer, { now }: Asked): Markup {
  const progress = toShownProgress(job);
  const pace = toPace(job, now);
  const counts = (['found', 'archived', 'skipped', 'indexed', 'failed'] as const)
    .map((name) => `${showCount(progress[name])} ${name}`)
    .join(', ');
  return html`${renderError(job)}
    ${progress.warning === null ? null : renderWarnings([progress.warning])}
    ${renderFacts([
      ['State', renderState(job)],
      ['Progress', renderProgress(job)],
      ['Records', job.progress === null ? null : counts],
      ['Rate', pace?.rate],
      ['Time left', pace?.left],
      ['Attempt', job.attempt],
      ['Asked for', showTime(job.created_at)],
      ['Started', showTime(job.started_at)],
      ['Ended', showTime(job.finished_at)],
      [job.state === 'running' ? 'Running for' : 'Took', showTaken(job, now)],
      ['Part of', job.parent_job_id === null ? null : linkJob(job.parent_job_id)],
      ['Manifest', job.result_ref === null ? null : html`<code>${job.result_ref}</code>`],
      ['Id', html`<code>${job.job_id}</code>`],
    ])}`;
}

/** The sentence says what to do. */
function renderError({ error }: JobAnswer): Markup {
  if (error === null) return null;
  return html`<div class="notice bad" role="status">
    <p><b>${error.error_code}</b> <span dir="auto">${error.message}</span></p>
  </div>`;
}

/** Warnings and problems first, then everything as the tool said it. */
function renderResult(result: Record<string, unknown>): Markup {
  const { warnings, problems } = result;
  const told = Array.isArray(warnings) ? warnings.map(String) : [];
  const faulty: { pmid?: unknown; reason?: unknown }[] = Array.isArray(problems) ? problems : [];
  const text = JSON.stringify(result, null, 2);
  return html`<h2>What it came to</h2>
    ${renderWarnings(told)}
    ${
      faulty.length === 0
        ? null
        : renderTable({
            caption: 'Records with a problem',
            columns: [
              { name: 'PMID', show: ({ pmid }) => String(pmid ?? 'none') },
              { name: 'Reason', show: ({ reason }) => String(reason ?? '') },
            ],
            rows: faulty,
            empty: null,
          })
    }
    <details id="answer">
      <summary>The whole answer</summary>
      <pre tabindex="0">${text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)} …` : text}</pre>
    </details>`;
}

/** A load of several files is one job a file. */
async function renderParts(job: JobAnswer, { attempt }: Asked): Promise<Markup> {
  if (job.tool !== 'pubmed.load' || job.parent_job_id !== null) return null;
  const { value, failure } = await attempt(jobsList, { tool: job.tool, limit: LOOKED_AT });
  if (value === null) return renderFailure(failure);
  const parts = value.jobs.filter(({ parent_job_id }) => parent_job_id === job.job_id).reverse();
  if (parts.length === 0) return null;
  return html`<h2>Its parts</h2>
    ${renderTable({
      caption: 'One job a file',
      columns: [
        { name: 'Part', show: ({ job_id }: JobAnswer) => linkJob(job_id) },
        { name: 'State', show: renderState },
        { name: 'Progress', show: renderProgress },
        { name: 'Error', show: ({ error }: JobAnswer) => error?.message ?? '–' },
      ],
      rows: parts,
      empty: null,
    })}`;
}

function linkJob(jobId: string): Markup {
  return html`<a href=${`/ui/jobs/${jobId}`}>${toShortId(jobId)}</a>`;
}
