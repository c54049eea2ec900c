import type { JobDetails } from '../../tools/jobs-get.ts';
import type { JobAnswer } from '../../tools/schemas/job-schema.ts';
import { renderWarnings } from '../elements/alerts.ts';
import { renderFacts } from '../elements/facts.ts';
import { showCount, showTime } from '../elements/figures.ts';
import {
  breakAtDots,
  jobsGet,
  linkJob,
  renderProgress,
  renderState,
  showTaken,
  toPace,
  toShortId,
  toShownProgress,
} from '../elements/job-facts.ts';
import { renderLoadParts } from '../elements/load-parts.ts';
import { renderTable } from '../elements/table.ts';
import { html, type Markup } from '../html.ts';
import type { Asked, ConsolePage } from '../page.ts';

const LONGEST_TEXT = 20_000;

/** One job: how far it is, what it came to, its parts; followed while the page is open. */
export const jobPage: ConsolePage = {
  path: '/ui/jobs/:id',
  async answer(asked) {
    const { params, call, mayUse, formToken } = asked;
    const job = await call(jobsGet, { job_id: params.id ?? '' });
    const isEnded = job.state === 'succeeded' || job.state === 'failed';
    const address = `/ui/jobs/${job.job_id}`;
    const cancel = html`<form method="post" action=${`${address}/cancel`}>
      <input type="hidden" name="token" value=${formToken} />
      <button id="cancel" class="danger" type="submit">Cancel this job</button>
    </form>`;
    return {
      title: `${job.tool}, ${toShortId(job.job_id)}`,
      heading: html`${breakAtDots(job.tool)}, ${toShortId(job.job_id)}`,
      content: html`<p><a href="/ui/jobs">All jobs</a></p>
        <section id="job" aria-label="The job" data-live=${isEnded ? null : `${address}/events`}>
          ${renderJob(job, asked)} ${isEnded || !mayUse('sync') ? null : cancel}
          ${renderAgain(job, asked)} ${job.result === null ? null : renderResult(job.result)}
          ${job.parts === null ? null : await renderLoadParts(job, asked)}
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

function renderJob(job: JobDetails, { now }: Asked): Markup {
  const progress = toShownProgress(job);
  const pace = toPace(job, now);
  const counts = (['found', 'archived', 'skipped', 'indexed', 'failed'] as const)
    .map((name) => `${showCount(progress[name])} ${name}`)
    .join(', ');
  return html`${renderError(job)}
    ${progress.warning === null ? null : renderWarnings([progress.warning])}
    ${renderFacts([
      ...renderAsked(job),
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

const ASKED: Readonly<Record<string, string>> = { term: 'Query', source: 'Source' };

/** What the tool was asked, one parameter a line. */
function renderAsked({ params }: JobDetails): [string, Markup][] {
  return Object.entries(params).map(([name, value]) => {
    const texts = Array.isArray(value) ? value.map(String) : [String(value)];
    const lines = texts.map((text, at) => html`${at === 0 ? null : html`<br />`}<code>${text}</code>`);
    return [ASKED[name] ?? name, lines];
  });
}

/** The same once more, where it did not come to its end: what is stored by then is passed over. */
function renderAgain({ tool, params, state, parent_job_id }: JobDetails, asked: Asked): Markup {
  if (state !== 'failed' || parent_job_id !== null || !asked.mayUse('sync')) return null;
  const { term, limit, ...others } = params;
  const kind = KINDS[tool];
  if (kind === undefined || typeof term !== 'string' || Object.keys(others).length > 0) return null;
  return html`<form method="post" action="/ui/topics">
    <input type="hidden" name="token" value=${asked.formToken} />
    <input type="hidden" name="kind" value=${kind} />
    <input type="hidden" name="term" value=${term} />
    ${limit === undefined ? null : html`<input type="hidden" name="limit" value=${String(limit)} />`}
    <button type="submit">Start it again</button>
  </form>`;
}

/** As the form of the topics calls them. */
const KINDS: Readonly<Record<string, string>> = { 'pubmed.sync': 'whole', 'pubmed.sync.incremental': 'new' };

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
  const isCut = text.length > LONGEST_TEXT;
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
      <summary>${isCut ? `The first ${showCount(LONGEST_TEXT)} characters of the answer` : 'The whole answer'}</summary>
      <pre tabindex="0">${isCut ? text.slice(0, LONGEST_TEXT) : text}</pre>
      ${isCut ? html`<p>It has ${showCount(text.length)}; <code>jobs.get</code> tells all of them.</p>` : null}
    </details>`;
}
