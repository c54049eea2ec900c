import type { DocumentAnswer } from '../../tools/rag-get.ts';
import { renderFacts } from '../elements/facts.ts';
import { showCounted } from '../elements/figures.ts';
import { joinTexts } from '../elements/texts.ts';
import { html, type Markup } from '../html.ts';

/** What else the record says, each where there is any. */
export function listRecord(paper: DocumentAnswer): Markup {
  const { publication_types: types, languages, keywords, entrez_date, revised_on, published_online } = paper;
  const facts: [name: string, value: Markup][] = [
    ['Kind of paper', listLine(types.map(({ name }) => name))],
    ['Language', listLine(languages)],
    ['MeSH terms', listMesh(paper)],
    [
      'Chemicals',
      listAll(
        paper.chemicals.map(({ name, registry_number }) =>
          isNumber(registry_number) ? `${name} (${registry_number})` : name,
        ),
      ),
    ],
    ['Keywords', listLine(keywords)],
    [
      'Grants',
      listAll(
        paper.grants.map(({ id, agency, country }) => [id, agency, country].filter(Boolean).join(', ')),
      ),
    ],
    ['Published online', published_online],
    ['In PubMed since', entrez_date],
    ['Revised by NLM', revised_on],
    ['Authors', listAffiliations(paper)],
  ];
  return html`<h2>Record</h2>
    ${renderFacts(facts)}`;
}

function isNumber(registryNumber: string | null): boolean {
  return registryNumber !== null && registryNumber !== '0';
}

function listMesh({ mesh }: DocumentAnswer): Markup {
  return listAll(
    mesh.map(({ name, major, qualifiers }) => {
      const pieces = qualifiers.map((one) => `${one.name}${one.major ? '*' : ''}`);
      return [`${name}${major ? '*' : ''}`, ...pieces].join(' / ');
    }),
  );
}

function listLine(texts: readonly string[]): Markup {
  return texts.length === 0 ? null : joinTexts(texts, ', ');
}

function listAll(values: readonly string[]): Markup {
  if (values.length === 0) return null;
  return html`<ul class="plain">
    ${values.map((value) => html`<li>${value}</li>`)}
  </ul>`;
}

function listAffiliations({ authors }: DocumentAnswer): Markup {
  if (authors.every(({ affiliations, orcid }) => affiliations.length === 0 && orcid === null)) return null;
  return html`<details>
    <summary>${showCounted(authors.length, 'author')} with affiliations</summary>
    <ul>
      ${authors.map(
        ({ collective_name, fore_name, last_name, orcid, affiliations }) => html`<li dir="auto">
          ${collective_name ?? [fore_name, last_name].filter(Boolean).join(' ')}
          ${orcid === null ? null : html` <a href=${`https://orcid.org/${encodeURIComponent(orcid)}`}>ORCID ${orcid}</a>`}
          <div class="small">${affiliations.join('; ')}</div>
        </li>`,
      )}
    </ul>
  </details>`;
}
