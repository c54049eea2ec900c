import { toAddress } from '../addresses.ts';
import { html, type Markup } from '../html.ts';

/** Whether a paper stands, in a word and in colour. */
const STANDINGS: Readonly<Record<string, { word: string; tone: string }>> = {
  retracted: { word: 'Retracted', tone: 'bad' },
  retraction_notice: { word: 'Retraction notice', tone: 'warning' },
  expression_of_concern: { word: 'Expression of concern', tone: 'warning' },
  corrected: { word: 'Corrected', tone: 'warning' },
  erratum: { word: 'Correction of another paper', tone: 'warning' },
};

export interface Standing {
  retraction_status: string;
  /** Inside a checkpoint: it was retracted later. */
  retracted_since?: boolean | undefined;
}

/** `null` where nothing is to be said. */
export function renderStanding({ retraction_status, retracted_since }: Standing): Markup {
  const standing = STANDINGS[retraction_status];
  if (standing === undefined && retracted_since !== true) return null;
  return html`<span>
    ${standing === undefined ? null : html`<span class=${`word ${standing.tone}`}>${standing.word}</span>`}
    ${retracted_since === true ? html`<span class="word bad">Retracted since the checkpoint</span>` : null}
  </span>`;
}

export interface Correction {
  type: string;
  pmid: string | null;
  citation: string | null;
}

/** Retractions, errata and comments that bear on a paper, each with a link to it where it has a PMID. */
export function renderCorrections(corrections: readonly Correction[]): Markup {
  if (corrections.length === 0) return null;
  return html`<ul>
    ${corrections.map(
      ({ type, pmid, citation }) => html`<li>
        ${toWords(type)}: ${pmid === null ? null : html`<a href=${toPaperAddress(pmid)}>PMID ${pmid}</a>`}
        <span dir="auto">${citation}</span>
      </li>`,
    )}
  </ul>`;
}

/** "RetractionIn" is "Retraction in". */
function toWords(type: string): string {
  const words = type.replaceAll(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function toPaperAddress(pmid: string, checkpoint: string | null = null): string {
  return toAddress(`/ui/papers/${encodeURIComponent(pmid)}`, { checkpoint });
}
