import type { SearchAnswer } from '../../tools/rag-search.ts';
import { showCounted } from '../elements/figures.ts';
import { renderQualityShort, showShare } from '../elements/quality.ts';
import { renderCorrections, renderStanding, toPaperAddress } from '../elements/standing.ts';
import { joinTexts } from '../elements/texts.ts';
import { html, type Markup } from '../html.ts';
import { renderCiteChoice } from './cite-choice.ts';
import { createMarks, type MarkWords } from './matched-words.ts';
import { type SearchQuery, toSearchAddress } from './search-query.ts';

type Found = SearchAnswer['documents'][number];

/** The papers, best first, to be read and chosen from. */
export function renderResults(answer: SearchAnswer, query: SearchQuery): Markup {
  const mark = createMarks(query.question);
  const { documents } = answer;
  return html`${renderExcluded(answer, query)}
    ${
      documents.length === 0
        ? html`<p class="nothing">Nothing in the corpus matches. Ask in other words, or take a filter away; what the corpus lacks, a sync brings in.</p>`
        : html`${SCALE}
          <form action="/ui/cite">
          ${query.checkpoint === '' ? null : html`<input type="hidden" name="checkpoint" value=${query.checkpoint} />`}
          <ol class="results">
            ${documents.map((document) => renderFound(document, { mark, query }))}
          </ol>
          ${renderCiteChoice()}
        </form>`
    }`;
}

/** What the two numbers beside a paper are. */
const SCALE = html`<p class="small">
  A score goes from 0 to 1, by words and by meaning together. Quality tells how far a paper carries, whatever was asked.
</p>`;

function renderFound(document: Found, { mark, query }: { mark: MarkWords; query: SearchQuery }): Markup {
  const { pmid, title, journal, year, publication_types: types, score, score_parts: parts } = document;
  const checkpoint = query.checkpoint === '' ? null : query.checkpoint;
  const facts = [journal, year, ...types].filter((fact) => fact !== null);
  return html`<li>
    <div class="found">
      <input type="checkbox" name="pmid" value=${pmid} aria-label=${`Choose PMID ${pmid} to cite`} />
      <h3 dir="auto"><a href=${toPaperAddress(pmid, checkpoint)}>${title === '' ? 'Without a title' : mark(title)}</a></h3>
    </div>
    ${renderStanding(document)}
    <p class="small" dir="auto">${joinTexts(facts, ' · ')} · PMID ${pmid} · score ${showShare(score)}</p>
    ${document.passages.map(({ section, text }) => renderPassage(section, mark(text)))}
    ${renderCorrections(document.corrections ?? [])}
    ${
      parts === undefined
        ? null
        : html`<p class="small">
            By words ${parts.bm25 === null ? 'no match' : showShare(parts.bm25)}, by meaning
            ${parts.vector === null ? ' not compared' : ` ${showShare(parts.vector)}`}.
          </p>
          ${renderQualityShort(parts.quality)}`
    }
  </li>`;
}

function renderPassage(section: string | null, text: Markup): Markup {
  return html`<p class="passage" dir="auto">
    ${section === null ? null : html`<span class="section">${section}</span> `}${text}
  </p>`;
}

/** What is left out for being retracted is told, with the way to see it. */
function renderExcluded({ excluded_retracted: count, excluded }: SearchAnswer, query: SearchQuery): Markup {
  if (count === 0) return null;
  const verb = count === 1 ? 'was' : 'were';
  return html`<div class="notice warning">
    <p>
      ${showCounted(count, 'retracted paper')} ${verb} left out.${' '}
      <a href=${toSearchAddress({ ...query, withRetracted: true })}>Show with retracted papers</a>
    </p>
    <ul>
      ${excluded.map(({ pmid, title }) => html`<li dir="auto"><a href=${toPaperAddress(pmid)}>${title || `PMID ${pmid}`}</a></li>`)}
    </ul>
  </div>`;
}
