import { corpusStatus, type StatusAnswer } from '../../tools/corpus-status.ts';
import { pubmedGet } from '../../tools/pubmed-get.ts';
import { html, type Markup } from '../html.ts';
import type { Asked, ConsolePage } from '../page.ts';
import { type Bar, renderBars } from '../parts/bars.ts';
import { renderFacts } from '../parts/facts.ts';
import { showCount } from '../parts/figures.ts';
import { renderFailure } from '../parts/notices.ts';
import { renderTable } from '../parts/table.ts';

type Quarantined = StatusAnswer['quarantined'][number];
type PartHealth = StatusAnswer['archive'];

const MOST_YEARS = 300;

/** What the corpus holds, what it could not read, and whether its parts are well. */
export const corpusPage: ConsolePage = {
  path: '/ui/corpus',
  navigation: 'Corpus',
  async answer(asked) {
    const { value, failure } = await asked.attempt(corpusStatus, {});
    if (value === null) return { title: 'Corpus', content: renderFailure(failure) };
    return {
      title: 'Corpus',
      content: html`${renderEmpty(value, asked)}
        ${renderFacts([
          ['Papers', showCount(value.documents)],
          ['Passages', showCount(value.chunks)],
          ['Retracted', showCount(value.retracted)],
          ['Quarantined', showCount(value.quarantined_total)],
          ['Archive', renderHealth(value.archive)],
          ['Index', renderHealth(value.index)],
          ['Passages in the index', value.index.chunks === null ? null : showCount(value.index.chunks)],
          ['Embedder', value.index.embedder === null ? null : html`<code>${value.index.embedder}</code>`],
        ])}
        <h2>By year</h2>
        ${renderYears(value)}
        <h2>Journals</h2>
        ${renderTable({
          caption: 'Those with the most papers',
          columns: [
            { name: 'Journal', show: ({ journal }) => journal },
            { name: 'Papers', isNumeric: true, show: ({ documents }) => showCount(documents) },
          ],
          rows: value.top_journals,
          empty: 'No paper here names its journal.',
        })}
        <h2>Quarantined</h2>
        ${renderQuarantined(value, asked)}`,
    };
  },
};

/** Asks NCBI for the record anew; what it says then is shown where it failed. */
export const retryRecord: ConsolePage = {
  path: '/ui/corpus/retry',
  method: 'POST',
  scope: 'sync',
  async answer({ form, attempt }) {
    const pmid = form.get('pmid') ?? '';
    const { value, failure } = await attempt(pubmedGet, { pmids: [pmid], refresh: true, fields: ['title'] });
    if (value !== null && value.problems.length === 0)
      return { location: `/ui/papers/${encodeURIComponent(pmid)}` };
    const reasons = value?.problems.map(({ reason }) => html`<p dir="auto">PMID ${pmid}: ${reason}</p>`);
    const content = html`<p><a href="/ui/corpus">Back to the corpus</a></p>
      ${failure === null ? html`<div class="notice bad" role="alert">${reasons}</div>` : renderFailure(failure)}`;
    return { title: 'It could not be fetched', content };
  },
};

function renderEmpty({ documents }: StatusAnswer, { mayUse }: Asked): Markup {
  if (documents > 0) return null;
  return html`<p class="nothing">
    The corpus is empty.
    ${
      mayUse('sync')
        ? html` <a href="/ui/topics">Bring a query in</a>, or load NLM’s files with <code>bio-mcp load</code>.`
        : ' Somebody whose token may sync brings the first query in.'
    }
  </p>`;
}

function renderHealth({ state, reason }: PartHealth): Markup {
  const word = html`<span class=${`word ${state === 'ok' ? 'good' : 'bad'}`}>${state === 'ok' ? 'well' : 'failed'}</span>`;
  return reason === null ? word : html`${word} ${reason}`;
}

function renderYears({ by_year: years }: StatusAnswer): Markup {
  const sorted = [...years].sort((a, b) => a.year - b.year);
  return html`${renderBars({
    label: 'Papers by year of publication',
    bars: toBars(sorted),
  })}
    <details id="years">
      <summary>The numbers</summary>
      ${renderTable({
        caption: 'Papers by year of publication',
        columns: [
          { name: 'Year', show: ({ year }) => year },
          { name: 'Papers', isNumeric: true, show: ({ documents }) => showCount(documents) },
        ],
        rows: sorted.toReversed(),
        empty: 'No paper here names its year.',
      })}
    </details>`;
}

/** A year without papers has its place, unless one that cannot be right would leave the others no room. */
function toBars(sorted: StatusAnswer['by_year']): Bar[] {
  const [first = 0, last = 0] = [sorted.at(0)?.year, sorted.at(-1)?.year];
  const known = new Map(sorted.map(({ year, documents }) => [year, documents]));
  const isDense = last - first < MOST_YEARS;
  const years = isDense ? Array.from({ length: last - first + 1 }, (_, at) => first + at) : [...known.keys()];
  return known.size === 0 ? [] : years.map((year) => ({ name: String(year), value: known.get(year) ?? 0 }));
}

function renderQuarantined({ quarantined, quarantined_total: total }: StatusAnswer, asked: Asked): Markup {
  const more = total > quarantined.length ? ` of ${showCount(total)}, the newest` : '';
  return renderTable({
    caption: `${showCount(quarantined.length)}${more}: archived records that could not be read or indexed`,
    columns: [
      { name: 'PMID', show: ({ pmid }: Quarantined) => pmid ?? 'none' },
      { name: 'Reason', show: ({ reason }: Quarantined) => reason },
      {
        name: 'Record',
        show: ({ content_hash }: Quarantined) => html`<code>${content_hash.slice(0, 16)}</code>`,
      },
      ...(asked.mayUse('sync')
        ? [{ name: 'Again', show: (record: Quarantined) => renderRetry(record, asked) }]
        : []),
    ],
    rows: quarantined,
    empty: 'Nothing is quarantined: every archived record could be read and indexed.',
  });
}

function renderRetry({ pmid }: Quarantined, { formToken }: Asked): Markup {
  if (pmid === null) return 'Load its file again';
  return html`<form method="post" action="/ui/corpus/retry">
    <input type="hidden" name="token" value=${formToken} />
    <input type="hidden" name="pmid" value=${pmid} />
    <button type="submit" aria-label=${`Fetch PMID ${pmid} again`}>Fetch again</button>
  </form>`;
}
