import { corpusStatus, type StatusAnswer } from '../../tools/corpus-status.ts';
import { pubmedSync } from '../../tools/pubmed-sync.ts';
import { pubmedSyncIncremental } from '../../tools/pubmed-sync-incremental.ts';
import { showCount, showCounted, showTime } from '../elements/figures.ts';
import { toShownProgress } from '../elements/job-facts.ts';
import { renderFailure } from '../elements/notices.ts';
import { renderTable } from '../elements/table.ts';
import { html, type Markup } from '../html.ts';
import type { Asked, ConsolePage } from '../page.ts';

type Run = StatusAnswer['last_syncs'][number];
type Watermark = StatusAnswer['watermarks'][number];

const DAY_MS = 86_400_000;

/** The queries that the corpus follows, how fresh each is, and what ran last. */
export const topicsPage: ConsolePage = {
  path: '/ui/topics',
  navigation: 'Topics',
  async answer(asked) {
    const { value, failure } = await asked.attempt(corpusStatus, {});
    if (value === null) return { title: 'Topics', content: renderFailure(failure) };
    const { watermarks, last_syncs: runs } = value;
    const maySync = asked.mayUse('sync');
    const columns = [
      { name: 'Query', show: ({ term }: Watermark) => html`<code>${term}</code>` },
      { name: 'Complete to', show: ({ complete_to }: Watermark) => complete_to },
      { name: 'Fresh', show: ({ complete_to }: Watermark) => showAge(complete_to, asked.now) },
      ...(maySync ? [{ name: 'Bring in', show: (topic: Watermark) => renderUpdate(topic, asked) }] : []),
    ];
    return {
      title: 'Topics',
      content: html`<section id="topics" aria-label="Queries" data-live="/ui/jobs/states">
          ${renderTable({
            caption: 'Queries that were synced whole',
            columns,
            rows: watermarks,
            empty: maySync
              ? 'No query was synced whole yet. Start with one below.'
              : 'No query was synced whole yet. Somebody whose token may sync starts the first one.',
          })}
          <h2>Latest runs</h2>
          ${renderRuns(runs, maySync)}
        </section>
        ${maySync ? renderStart(asked) : null}`,
    };
  },
};

/** Makes a job and shows it; a query that runs already leads to its job. */
export const startSync: ConsolePage = {
  path: '/ui/topics',
  method: 'POST',
  scope: 'sync',
  async answer({ form, postJob }) {
    const tool = form.get('kind') === 'whole' ? pubmedSync : pubmedSyncIncremental;
    const limit = form.get('limit') ?? '';
    const { jobId } = await postJob(tool, {
      term: form.get('term') ?? '',
      ...(limit === '' ? {} : { limit: Number(limit) }),
    });
    return { location: `/ui/jobs/${jobId}` };
  },
};

function renderUpdate({ term }: Watermark, { formToken }: Asked): Markup {
  return html`<form method="post" action="/ui/topics">
    <input type="hidden" name="token" value=${formToken} />
    <input type="hidden" name="kind" value="new" />
    <input type="hidden" name="term" value=${term} />
    <button type="submit" aria-label=${`What is new of ${term}`}>What is new</button>
  </form>`;
}

function renderRuns(runs: readonly Run[], maySync: boolean): Markup {
  return renderTable({
    caption: 'Loads and syncs, newest first',
    columns: [
      { name: 'Run', show: renderRun },
      { name: 'State', show: renderRunState },
      { name: 'Records', show: (run: Run) => showRecords(run) },
      { name: 'Started', show: ({ started_at }: Run) => showTime(started_at) },
      { name: 'Ended', show: ({ finished_at }: Run) => showTime(finished_at) },
    ],
    rows: runs,
    empty: maySync ? 'Nothing ran yet. Bring a query in below.' : 'Nothing ran yet.',
  });
}

function renderRun({ term, tool }: Run): Markup {
  return term === null ? tool : html`${tool}<br /><code>${term}</code>`;
}

function renderRunState({ state }: Run): Markup {
  const tone = { running: '', succeeded: 'good', failed: 'bad' }[state];
  return html`<span class=${`word ${tone}`.trim()}>${state}</span>`;
}

function showRecords({ progress }: Run): string {
  const { found, archived, failed, message } = toShownProgress({ progress });
  const told = `${showCounted(found, 'record')}, ${showCount(archived)} archived, ${showCount(failed)} failed`;
  return message === '' ? told : `${told}: ${message}`;
}

function showAge(day: string, now: Date): string {
  const days = Math.floor((now.getTime() - Date.parse(`${day}T00:00:00Z`)) / DAY_MS);
  if (!(days > 0)) return 'today';
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

function renderStart({ formToken, query }: Asked): Markup {
  return html`<h2>Bring a query in</h2>
    <form method="post" action="/ui/topics">
      <input type="hidden" name="token" value=${formToken} />
      <p>
        <label for="term">Query, in PubMed’s own language</label>
        <input id="term" type="text" name="term" required maxlength="10000" value=${query.get('term') ?? ''} />
        <span class="small">As in: glioblastoma[mh] AND "car-t"[tiab]</span>
      </p>
      <fieldset>
        <legend>What to fetch</legend>
        <label><input type="radio" name="kind" value="new" checked /> What is new since the last time, or all of it the first time</label><br />
        <label><input type="radio" name="kind" value="whole" /> All of it again, and find what NCBI deleted</label>
      </fieldset>
      <p>
        <label for="limit">At most (empty: no limit)</label><br />
        <input id="limit" type="number" name="limit" min="1" step="1" />
      </p>
      <button class="first" type="submit">Start</button>
    </form>`;
}
