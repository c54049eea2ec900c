import { ERROR_CODES } from '../../errors/bio-mcp-error.ts';
import { corpusCheckpointList } from '../../tools/corpus-checkpoint-list.ts';
import { ragSearch, type SearchAnswer } from '../../tools/rag-search.ts';
import { renderFailure, renderWarnings } from '../elements/alerts.ts';
import { renderBars } from '../elements/bars.ts';
import { showCounted } from '../elements/figures.ts';
import { toYearBars } from '../elements/year-bars.ts';
import { html } from '../html.ts';
import type { Asked, ConsolePage } from '../page.ts';
import { renderSameQuery } from '../search/same-query.ts';
import { renderSearchForm } from '../search/search-form.ts';
import {
  readSearchQuery,
  type SearchQuery,
  toSearchAddress,
  toSearchParams,
} from '../search/search-query.ts';
import { renderResults } from '../search/search-results.ts';

/** What was asked stands in the field below it. */
const HEADING = 'Search the corpus';
const MOST_CHECKPOINTS = 50;
/** Of the picture of years. */
const MOST_BARS = 40;
const MOST_VALUES = 8;

/** Asks the corpus a question, and shows the papers with the sentences that answer. */
export const searchPage: ConsolePage = {
  path: '/ui',
  aliases: ['/ui/search'],
  navigation: 'Search',
  async answer(asked) {
    const query = readSearchQuery(asked.query);
    const listed = asked.tryCall(corpusCheckpointList, { limit: MOST_CHECKPOINTS });
    const searched = query.question === '' ? null : await asked.tryCall(ragSearch, toSearchParams(query));
    const { checkpoints = [], total = 0 } = (await listed).value ?? {};
    const answer = searched?.value ?? null;
    const counts = answer === null ? {} : countValues(answer);
    const form = renderSearchForm({ query, counts, checkpoints, older: total - checkpoints.length });
    if (searched === null) return { title: HEADING, content: html`${form} ${HINT}` };
    const { failure } = searched;
    const shown = { title: `Search: ${query.question.slice(0, 100)}`, heading: HEADING };
    if (answer === null) {
      const content = html`${form} ${failure === null ? null : renderFailure(failure)}`;
      return {
        ...shown,
        content,
        status: failure === null ? 500 : ERROR_CODES[failure.error_code].httpStatus,
      };
    }
    return { ...shown, content: html`${form} ${renderAnswer(answer, query, asked)}` };
  },
};

const HINT = html`<p class="nothing">
  Ask as you would ask a colleague: <a href="/ui/search?q=metformin+and+cancer+risk">metformin and cancer risk</a>. The answer names
  the papers of the corpus that bear on it, with the sentences that answer.
</p>`;

function renderAnswer(answer: SearchAnswer, query: SearchQuery, asked: Asked) {
  const years = new Map<number, number>();
  for (const { year } of answer.documents) if (year !== null) years.set(year, (years.get(year) ?? 0) + 1);
  const { origin, caller } = asked;
  return html`<section aria-labelledby="found">
    <h2 id="found">${answer.documents.length === 0 ? 'No paper' : `${showCounted(answer.documents.length, 'paper')}, best first`}</h2>
    ${renderWarnings(answer.warnings)}
    ${renderBars({
      id: 'years',
      caption: 'Papers shown, by year',
      of: 'Years',
      bars: toYearBars(years, { most: MOST_BARS }).map((bar) => ({
        ...bar,
        address: toSearchAddress({ ...query, yearFrom: String(bar.from), yearTo: String(bar.to) }),
      })),
    })}
    ${renderResults(answer, query)}
    ${renderSameQuery({
      address: toSearchAddress(query),
      origin,
      tool: ragSearch.name,
      params: toSearchParams(query),
      isGuarded: caller.via !== 'nothing',
    })}
  </section>`;
}

/** Of the papers that are shown: a search of words and meaning has no end at which all could be counted. */
function countValues({ documents }: SearchAnswer) {
  return {
    journal: count(documents.flatMap(({ journal }) => journal ?? [])),
    type: count(documents.flatMap(({ publication_types }) => publication_types)),
  };
}

function count(values: readonly string[]): (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).slice(0, MOST_VALUES);
}
