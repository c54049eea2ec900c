import { JOB_STATES } from '../../domain/jobs/job.ts';
import type { JobAnswer } from '../../tools/schemas/job-schema.ts';
import { toAddress } from '../addresses.ts';
import { renderFailure } from '../elements/alerts.ts';
import { showTime } from '../elements/figures.ts';
import {
  breakAtDots,
  jobsList,
  renderProgress,
  renderState,
  showTaken,
  toShortId,
} from '../elements/job-facts.ts';
import { readPlace, showRange, toNextPlace } from '../elements/list-range.ts';
import { renderNext, renderTable } from '../elements/table.ts';
import { html, type Markup } from '../html.ts';
import type { Asked, ConsolePage } from '../page.ts';

const A_PAGE = 50;
/** Those that run as jobs. */
const TOOLS = ['pubmed.sync', 'pubmed.sync.incremental', 'pubmed.load', 'corpus.reindex'];

/** All jobs, newest first; what changes is shown while the page is open. */
export const jobsPage: ConsolePage = {
  path: '/ui/jobs',
  navigation: 'Jobs',
  async answer(asked) {
    const { query, tryCall, now, mayUse } = asked;
    const [state, tool, cursor] = ['state', 'tool', 'cursor'].map((name) => query.get(name) || undefined);
    const parts = query.get('parts') === null ? null : 'all';
    const asks = { limit: A_PAGE, state, tool, cursor, with_parts: parts !== null };
    const { value, failure } = await tryCall(jobsList, asks);
    const next = value?.next_cursor ?? null;
    const at = readPlace(query);
    const list =
      value === null
        ? renderFailure(failure)
        : html`${renderTable({
            caption: `${showRange({ at, shown: value.jobs.length, total: value.total }, 'job')}, newest first`,
            columns: [
              { name: 'Job', show: renderName },
              { name: 'State', show: renderOutcome },
              { name: 'Progress', show: renderProgress },
              { name: 'Attempt', isNumeric: true, show: ({ attempt: number }: JobAnswer) => number },
              { name: 'Asked for', show: ({ created_at }: JobAnswer) => showTime(created_at) },
              { name: 'Took', isNumeric: true, show: (job: JobAnswer) => showTaken(job, now) },
            ],
            rows: value.jobs,
            empty: renderNothing(state !== undefined || tool !== undefined, mayUse('sync')),
          })}
          ${renderNext(next === null ? null : toAddress('/ui/jobs', { state, tool, parts, cursor: next, at: toNextPlace(at, value.jobs.length) }))}`;
    return {
      title: 'Jobs',
      content: html`${renderFilters(asked)}
        <section id="jobs" aria-label="List of jobs" data-live="/ui/jobs/changes">${list}</section>`,
    };
  },
};

function renderFilters({ query }: Asked): Markup {
  return html`<form class="row" action="/ui/jobs">
    ${renderChoice({ name: 'state', label: 'State', all: 'any state', values: JOB_STATES, query })}
    ${renderChoice({ name: 'tool', label: 'Tool', all: 'any tool', values: TOOLS, query })}
    <div class="choice">
      <input id="parts" type="checkbox" name="parts" value="all" checked=${query.get('parts') !== null} />
      <label for="parts">The parts of loads too</label>
    </div>
    <button type="submit">Show</button>
  </form>`;
}

function renderChoice(choice: {
  name: string;
  label: string;
  all: string;
  values: readonly string[];
  query: URLSearchParams;
}): Markup {
  const { name, label, all, values, query } = choice;
  const chosen = query.get(name);
  return html`<div>
    <label for=${name}>${label}</label><br />
    <select id=${name} name=${name}>
      <option value="">${all}</option>
      ${values.map((value) => html`<option value=${value} selected=${value === chosen}>${value}</option>`)}
    </select>
  </div>`;
}

function renderName({ job_id, tool, about, parent_job_id }: JobAnswer): Markup {
  return html`<a href=${`/ui/jobs/${job_id}`}>${breakAtDots(tool)}</a>
    <span class="small"> ${toShortId(job_id)}${parent_job_id === null ? '' : ', a part'}</span>
    ${about === null ? null : html`<br /><bdi class="small">${about}</bdi>`}`;
}

/** What went wrong says what to do. */
function renderOutcome(job: JobAnswer): Markup {
  const { error } = job;
  const told = error === null || error.error_code === 'CANCELLED' ? null : error.message;
  return html`${renderState(job)}${told === null ? null : html`<br /><bdi class="small">${told}</bdi>`}`;
}

function renderNothing(isFiltered: boolean, maySync: boolean): Markup {
  if (isFiltered) return html`No job is like that. <a href="/ui/jobs">Show all jobs</a>.`;
  return maySync
    ? html`There is no job yet. <a href="/ui/topics">Bring a query into the corpus</a>, and it runs here.`
    : 'There is no job yet. Somebody whose token may sync starts the first one.';
}
