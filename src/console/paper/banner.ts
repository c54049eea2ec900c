import type { DocumentAnswer } from '../../tools/rag-get.ts';
import { renderCorrections, renderStanding, toPaperAddress } from '../elements/standing.ts';
import { html, type Markup } from '../html.ts';

/** NLM's kinds that bear on whether a paper stands; the others are comments and updates. */
const BEARS_ON_TRUST = /^(?:Retract|PartialRetraction|ExpressionOfConcern|Erratum|Corrected)/;
const MEANINGS: Readonly<Record<string, string>> = {
  retracted: 'Do not rely on this paper: it was withdrawn.',
  retraction_notice: 'This notice withdraws the paper that it names.',
  expression_of_concern: 'Its journal doubts this paper.',
  corrected: 'Read this paper together with its correction.',
  erratum: 'This corrects another paper.',
};

/** Whether the paper stands, before all else; and that it is shown as it was. */
export function renderBanner(paper: DocumentAnswer, checkpoint: string | null): Markup {
  const { retraction_status: status, retracted_since, corrections, pmid } = paper;
  const bearing = corrections.filter(({ type }) => BEARS_ON_TRUST.test(type));
  const isBad = status === 'retracted' || retracted_since === true;
  const standing = renderStanding(paper);
  return html`${
    checkpoint === null || checkpoint === ''
      ? null
      : html`<p class="notice">
        As checkpoint <code>${checkpoint}</code> froze it. <a href=${toPaperAddress(pmid)}>As it is now</a>
      </p>`
  }
    ${
      standing === null && bearing.length === 0
        ? null
        : html`<div class=${`notice ${isBad ? 'bad' : 'warning'}`} role="note">
          <p>${standing} ${MEANINGS[status]}</p>
          ${renderCorrections(bearing)}
        </div>`
    }`;
}

export function renderOtherCorrections({ corrections }: DocumentAnswer): Markup {
  const others = corrections.filter(({ type }) => !BEARS_ON_TRUST.test(type));
  return others.length === 0 ? null : html`<h2>Comments and updates</h2>${renderCorrections(others)}`;
}
