import { CITATION_STYLES, type CitationStyle } from '../../citing/citation-style.ts';
import { html, type Markup } from '../html.ts';

export const STYLE_NAMES: Readonly<Record<CitationStyle, string>> = {
  bibtex: 'BibTeX',
  ris: 'RIS',
  nbib: 'MEDLINE (nbib)',
  'csl-json': 'CSL-JSON',
  vancouver: 'Vancouver',
  apa: 'APA',
};

/** Within a form of checkboxes called `pmid`: what to do with those that are chosen. */
export function renderCiteChoice(style: CitationStyle = 'vancouver'): Markup {
  return html`<div class="row">
    <span class="choice" hidden=${true}>
      <input id="all" type="checkbox" data-checks="pmid" /> <label for="all">All</label>
    </span>
    <label for="style">Cite the chosen papers as</label>
    <select id="style" name="style">
      ${CITATION_STYLES.map((one) => html`<option value=${one} selected=${one === style}>${STYLE_NAMES[one]}</option>`)}
    </select>
    <button type="submit">Show citations</button>
    <button type="submit" formaction="/ui/cite/file" data-stays="">Download</button>
  </div>`;
}
