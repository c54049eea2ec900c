import type { z } from 'zod';
import type { DocumentAnswer, ragGet } from '../../tools/rag-get.ts';
import { renderFailure, renderWarnings } from '../elements/alerts.ts';
import { showCount, showCounted } from '../elements/figures.ts';
import { renderStanding, toPaperAddress } from '../elements/standing.ts';
import { joinTexts } from '../elements/texts.ts';
import { html, type Markup } from '../html.ts';
import type { Tried } from '../page.ts';

const SHOWN_AT_ONCE = 10;
const UNTOLD =
  'Some papers came in before the corpus kept what they cite, and may be missing here; corpus.reindex reads it from the archive.';

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

/**
 * By the reference lists of the corpus itself, in a checkpoint by those that it froze. PubMed knows more, and
 * is a link away.
 */
export function renderCitedBy(
  { pmid }: DocumentAnswer,
  { value, failure }: Tried<z.output<typeof ragGet.output>>,
  checkpoint: string | null,
): Markup {
  const elsewhere = `https://pubmed.ncbi.nlm.nih.gov/?linkname=pubmed_pubmed_citedin&from_uid=${pmid}`;
  return html`<h2 id="cited-by">What cites it</h2>
    ${failure === null ? null : renderFailure(failure)}
    ${value?.cited_by === undefined ? null : renderCiting(value.cited_by, checkpoint)}
    <p class="small"><a href=${elsewhere}>What PubMed knows to cite it</a></p>`;
}

type Citing = NonNullable<z.output<typeof ragGet.output>['cited_by']>;

function renderCiting({ total, papers, complete }: Citing, checkpoint: string | null): Markup {
  const where = checkpoint === null ? 'the corpus' : 'the checkpoint';
  const list = html`<ol class="small">
    ${papers.map(
      (one) => html`<li dir="auto">
        <a href=${toPaperAddress(one.pmid, checkpoint)}>${one.title || `PMID ${one.pmid}`}</a> <span>${joinTexts(listTexts(one), ', ')}</span> ${renderStanding(one)}
      </li>`,
    )}
  </ol>`;
  const isCut = total > papers.length;
  return html`${complete ? null : renderWarnings([UNTOLD])}
    <p>
      ${
        total === 0
          ? `Nothing in ${where} names it in its references.`
          : `${showCounted(total, 'paper')} in ${where} ${total === 1 ? 'names' : 'name'} it in ${total === 1 ? 'its' : 'their'} references${isCut ? `; the newest ${showCount(papers.length)} are listed` : ''}.`
      }
    </p>
    ${
      papers.length <= SHOWN_AT_ONCE
        ? papers.length > 0 && list
        : html`<details><summary>${showCounted(papers.length, 'paper')}, newest first</summary>${list}</details>`
    }`;
}

function listTexts({ journal, published }: Citing['papers'][number]): string[] {
  return [journal, published].filter((text) => text !== null && text !== '').map(String);
}
