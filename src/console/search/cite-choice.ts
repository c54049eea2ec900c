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
export function renderCiteChoice({ of = 'the chosen papers' }: { of?: string } = {}): Markup {
  const chooses = of === 'the chosen papers';
  return html`<div class="row">
    ${
      chooses
        ? html`<span class="choice" hidden=${true}>
            <input id="all" type="checkbox" data-checks="pmid" /> <label for="all">All</label>
          </span>`
        : null
    }
    <label for="style">Cite ${of} as</label>
    <select id="style" name="style">
      ${CITATION_STYLES.map((one) => html`<option value=${one} selected=${one === 'vancouver'}>${STYLE_NAMES[one]}</option>`)}
    </select>
    <button type="submit">Show citations</button>
    <button type="submit" formaction="/ui/cite/file" data-stays="">Download</button>
  </div>`;
}
