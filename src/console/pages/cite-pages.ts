import { CITATION_STYLES, type CitationStyle } from '../../citing/citation-style.ts';
import { ValidationError } from '../../errors/bio-mcp-error.ts';
import { type CitationsAnswer, pubmedCite } from '../../tools/pubmed-cite.ts';
import { toAddress } from '../addresses.ts';
import { showCounted } from '../elements/figures.ts';
import { toPaperAddress } from '../elements/standing.ts';
import { html } from '../html.ts';
import type { Asked, ConsolePage } from '../page.ts';
import { STYLE_NAMES } from '../search/cite-choice.ts';
import { renderCopy } from '../search/same-query.ts';

const FILES: Readonly<Record<CitationStyle, { end: string; contentType: string }>> = {
  bibtex: { end: 'bib', contentType: 'application/x-bibtex; charset=utf-8' },
  ris: { end: 'ris', contentType: 'application/x-research-info-systems; charset=utf-8' },
  nbib: { end: 'nbib', contentType: 'application/nbib; charset=utf-8' },
  'csl-json': { end: 'json', contentType: 'application/vnd.citationstyles.csl+json; charset=utf-8' },
  vancouver: { end: 'txt', contentType: 'text/plain; charset=utf-8' },
  apa: { end: 'txt', contentType: 'text/plain; charset=utf-8' },
};

/** The chosen papers as citations, to be copied. */
export const citePage: ConsolePage = {
  path: '/ui/cite',
  async answer(asked) {
    const chosen = readChosen(asked);
    if (chosen.pmids.length === 0) {
      const content = html`<p class="nothing">No paper is chosen. Go back, tick those to cite, and ask again.</p>`;
      return { title: 'Citations', content };
    }
    const answer = await asked.call(pubmedCite, toParams(chosen));
    const file = toAddress('/ui/cite/file', {
      pmid: chosen.pmids,
      style: chosen.style,
      checkpoint: chosen.checkpoint,
    });
    const heading = `${showCounted(answer.citations.length, 'paper')} as ${STYLE_NAMES[chosen.style]}`;
    return {
      title: 'Citations',
      content: html`${renderProblems(answer)}
        ${renderCopy('citations', heading, toFileText(answer), { level: 2, beside: html`<a class="button" href=${file}>Download</a>` })}
        <nav aria-label="Other styles">
          <ul class="plain">
            <li>In another style:</li>
            ${CITATION_STYLES.filter((style) => style !== chosen.style).map(
              (style) =>
                html`<li><a href=${toAddress('/ui/cite', { pmid: chosen.pmids, style, checkpoint: chosen.checkpoint })}>${STYLE_NAMES[style]}</a></li>`,
            )}
          </ul>
        </nav>`,
    };
  },
};

export const citeFilePage: ConsolePage = {
  path: '/ui/cite/file',
  async answer(asked) {
    const chosen = readChosen(asked);
    if (chosen.pmids.length === 0)
      throw new ValidationError('No paper is chosen: go back and tick those to cite.');
    const answer = await asked.call(pubmedCite, toParams(chosen));
    const { end, contentType } = FILES[chosen.style];
    return { fileName: `citations.${end}`, contentType, text: toFileText(answer) };
  },
};

interface Chosen {
  pmids: readonly string[];
  style: CitationStyle;
  checkpoint: string | null;
}

function readChosen({ query }: Asked): Chosen {
  const style = CITATION_STYLES.find((one) => one === query.get('style')) ?? 'vancouver';
  return { pmids: query.getAll('pmid'), style, checkpoint: query.get('checkpoint') || null };
}

function toParams({ pmids, style, checkpoint }: Chosen) {
  return { pmids, style, ...(checkpoint === null ? {} : { checkpoint_id: checkpoint }) };
}

/** As a program that manages citations reads it: CSL-JSON is one list. */
function toFileText({ style, citations }: CitationsAnswer): string {
  const texts = citations.map(({ text }) => text);
  return style === 'csl-json'
    ? `[\n${texts.join(',\n')}\n]\n`
    : `${texts.join(style === 'vancouver' || style === 'apa' ? '\n' : '\n\n')}\n`;
}

/** What is missing, and what came after the checkpoint. */
function renderProblems({ problems, citations }: CitationsAnswer) {
  const since = citations.filter(({ retracted_since }) => retracted_since === true);
  if (problems.length === 0 && since.length === 0) return null;
  return html`<div class="notice warning" role="status">
    <ul>
      ${problems.map(({ pmid, reason }) => html`<li>PMID ${pmid}: ${reason.replaceAll('_', ' ')}</li>`)}
      ${since.map(({ pmid }) => html`<li><a href=${toPaperAddress(pmid)}>PMID ${pmid}</a> was retracted since the checkpoint.</li>`)}
    </ul>
  </div>`;
}
