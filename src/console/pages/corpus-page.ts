import { corpusStatus } from '../../tools/corpus-status.ts';
import { pubmedGet } from '../../tools/pubmed-get.ts';
import type { StatusAnswer } from '../../tools/schemas/status-schema.ts';
import { renderFailure } from '../elements/alerts.ts';
import { renderBars } from '../elements/bars.ts';
import { renderFacts } from '../elements/facts.ts';
import { showCount } from '../elements/figures.ts';
import { renderTable } from '../elements/table.ts';
import { toYearBars } from '../elements/year-bars.ts';
import { html, type Markup } from '../html.ts';
import type { Asked, ConsolePage } from '../page.ts';

type Quarantined = StatusAnswer['quarantined'][number];
type DependencyHealth = StatusAnswer['archive'];

/** Of the picture: all years of PubMed, unless one is told that cannot be right. */
const MOST_YEARS = 300;
const NOT_TOLD = 'not told by the record, or loaded before this was kept: reindexing finds it';

/** What the corpus holds, what it could not read, and whether its dependencies are well. */
export const corpusPage: ConsolePage = {
  path: '/ui/corpus',
  navigation: 'Corpus',
  async answer(asked) {
    const answered = await asked.tryCall(corpusStatus, {});
    if (answered.value === null) return { title: 'Corpus', content: renderFailure(answered.failure) };
    const value = answered.value as StatusAnswer; // whole, since no fields were named
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
        <h2>Growth</h2>
        ${renderGrowth(value)}
        <h2>Kinds of papers</h2>
        ${renderNames(
          'Publication type',
          'The most frequent types; a paper may be of several',
          value.top_publication_types.map((one) => [one.publication_type, one.documents]),
        )}
        <h2>Languages</h2>
        ${renderNames(
          'Language',
          'The most frequent languages; a paper may be in several',
          value.top_languages.map((one) => [one.name ?? one.language, one.documents]),
        )}
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
  async answer({ form, tryCall }) {
    const pmid = form.get('pmid') ?? '';
    const { value, failure } = await tryCall(pubmedGet, { pmids: [pmid], refresh: true, fields: ['title'] });
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

function renderHealth({ state, reason }: DependencyHealth): Markup {
  const word = html`<span class=${`word ${state === 'ok' ? 'good' : 'bad'}`}>${state === 'ok' ? 'well' : 'failed'}</span>`;
  return reason === null ? word : html`${word} ${reason}`;
}

function renderYears({ by_year: years }: StatusAnswer): Markup {
  if (years.length === 0) return html`<p class="nothing">No paper here names its year.</p>`;
  const counts = new Map(years.map(({ year, documents }) => [year, documents]));
  return renderBars({
    id: 'years',
    caption: 'Papers by year of publication',
    of: 'Year',
    bars: toYearBars(counts, { most: MOST_YEARS }),
    rows: years
      .toSorted((one, other) => other.year - one.year)
      .map(({ year, documents }) => ({ name: String(year), count: documents })),
  });
}

/** One day alone is no growth yet. */
function renderGrowth({ growth }: StatusAnswer): Markup {
  const bars = growth.map(({ day, documents }) => ({ name: day, count: documents }));
  if (bars.length < 2)
    return html`<p class="nothing">Growth is shown once records have come in on two days.</p>`;
  const caption =
    'Papers at the end of each of the latest days that changed the corpus, and of months before';
  return renderBars({ id: 'growth', caption, of: 'Day', bars, rows: bars.toReversed() });
}

function renderNames(
  name: string,
  caption: string,
  rows: readonly (readonly [name: string | null, documents: number])[],
): Markup {
  return renderTable({
    caption,
    columns: [
      { name, show: ([one]) => one ?? NOT_TOLD },
      { name: 'Papers', isNumeric: true, show: ([, documents]) => showCount(documents) },
    ],
    rows,
    empty: 'There is no paper yet.',
  });
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
