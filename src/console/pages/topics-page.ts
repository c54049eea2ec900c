import { corpusStatus } from '../../tools/corpus-status.ts';
import { pubmedSync } from '../../tools/pubmed-sync.ts';
import { pubmedSyncIncremental } from '../../tools/pubmed-sync-incremental.ts';
import type { StatusAnswer, TopicAnswer } from '../../tools/schemas/status-schema.ts';
import { toAddress } from '../addresses.ts';
import { renderFailure } from '../elements/alerts.ts';
import { showCount, showCounted, showTime } from '../elements/figures.ts';
import { toShownProgress } from '../elements/job-facts.ts';
import { renderTable } from '../elements/table.ts';
import { renderUpdate, showAge } from '../elements/topic-facts.ts';
import { html, type Markup } from '../html.ts';
import type { Asked, ConsolePage } from '../page.ts';

type Run = StatusAnswer['last_syncs'][number];

/** The queries that the corpus follows, how fresh and how large each is, and what ran last. */
export const topicsPage: ConsolePage = {
  path: '/ui/topics',
  navigation: 'Topics',
  async answer(asked) {
    // Asked again at each change of a job: what is shown and no more.
    const { value, failure } = await asked.tryCall(corpusStatus, { fields: ['topics', 'last_syncs'] });
    if (value === null) return { title: 'Topics', content: renderFailure(failure) };
    const { topics = [], last_syncs: runs = [] } = value;
    const maySync = asked.mayUse('sync');
    const columns = [
      { name: 'Query', show: renderName },
      { name: 'Complete to', show: ({ complete_to }: TopicAnswer) => complete_to ?? 'not whole yet' },
      { name: 'Fresh', show: ({ complete_to }: TopicAnswer) => showAge(complete_to, asked.now) },
      { name: 'Papers', isNumeric: true as const, show: ({ documents }: TopicAnswer) => showSize(documents) },
      { name: 'Warnings', show: ({ warnings }: TopicAnswer) => renderWarned(warnings) },
      ...(maySync ? [{ name: 'Bring in', show: ({ term }: TopicAnswer) => renderUpdate(term, asked) }] : []),
    ];
    return {
      title: 'Topics',
      content: html`<section id="topics" aria-label="Queries" data-live="/ui/jobs/states">
          ${renderTable({
            caption: 'Queries that the corpus follows, and what NCBI warned of when it was asked last',
            columns,
            rows: topics,
            empty: maySync
              ? 'No query was synced yet. Start with one below.'
              : 'No query was synced yet. Somebody whose token may sync starts the first one.',
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

function renderName({ term }: TopicAnswer): Markup {
  return html`<a href=${toAddress('/ui/topics/topic', { term })}><code>${term}</code></a>`;
}

function showSize(documents: number | null): string {
  return documents === null ? '–' : showCount(documents);
}

function renderWarned(warnings: readonly string[]): Markup {
  if (warnings.length === 0) return '–';
  return warnings.map(
    (warning, at) => html`${at === 0 ? null : html`<br />`}<bdi class="small">${warning}</bdi>`,
  );
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
