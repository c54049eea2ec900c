import { pubmedRelated } from '../../tools/pubmed-related.ts';
import type { DocumentAnswer } from '../../tools/rag-get.ts';
import { toAddress } from '../addresses.ts';
import { renderFailure, renderWarnings } from '../elements/alerts.ts';
import { showCount, showCounted } from '../elements/figures.ts';
import { renderStanding, toPaperAddress } from '../elements/standing.ts';
import { html, type Markup } from '../html.ts';
import type { Asked } from '../page.ts';

const MOST_CITING = 200;
const SHOWN_AT_ONCE = 10;

export function renderReferences({ references }: DocumentAnswer): Markup {
  if (references.length === 0) return null;
  const list = html`<ol class="small">
    ${references.map(
      ({ citation, pmid, doi }) => html`<li dir="auto">
        ${citation ?? doi ?? ''} ${pmid === null ? null : html`<a href=${toPaperAddress(pmid)}>PMID ${pmid}</a>`}
      </li>`,
    )}
  </ol>`;
  return html`<h2>References</h2>
    ${
      references.length <= SHOWN_AT_ONCE
        ? list
        : html`<details><summary>${showCounted(references.length, 'reference')}</summary>${list}</details>`
    }`;
}

/** PubMed knows who cites it, and is asked where somebody wants to know. */
export async function renderCitedBy({ pmid }: DocumentAnswer, asked: Asked): Promise<Markup> {
  const { query } = asked;
  if (!query.has('cited_by')) {
    const address = toAddress(toPaperAddress(pmid), { checkpoint: query.get('checkpoint'), cited_by: 1 });
    return html`<h2>What cites it</h2>
      <p><a href=${address}>Ask PubMed what in this corpus cites it</a></p>`;
  }
  const { value, failure } = await asked.tryCall(pubmedRelated, {
    pmid,
    relation: 'cited_by',
    limit: MOST_CITING,
  });
  return html`<h2>What cites it</h2>
    ${value === null ? failure !== null && renderFailure(failure) : renderCiting(value)}`;
}

interface Citing {
  total: number;
  results: readonly {
    pmid: string;
    title: string;
    journal: string | null;
    published: string | null;
    in_corpus: boolean;
    retraction_status: string;
  }[];
  warnings: readonly string[];
}

function renderCiting({ total, results, warnings }: Citing): Markup {
  const here = results.filter(({ in_corpus }) => in_corpus);
  const which = total > results.length ? `of the first ${showCount(results.length)}` : 'of them';
  return html`<p>PubMed knows ${showCounted(total, 'paper')} that cite it; ${showCounted(here.length, `${which} is`, `${which} are`)} in this corpus.</p>
    ${renderWarnings(warnings)}
    <ul>
      ${here.map(
        (one) => html`<li dir="auto">
          <a href=${toPaperAddress(one.pmid)}>${one.title || `PMID ${one.pmid}`}</a>
          <span class="small">${[one.journal, one.published].filter(Boolean).join(', ')}</span> ${renderStanding(one)}
        </li>`,
      )}
    </ul>`;
}
