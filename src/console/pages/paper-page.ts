import { type DocumentAnswer, ragGet } from '../../tools/rag-get.ts';
import { renderQuality } from '../elements/quality.ts';
import { toPaperAddress } from '../elements/standing.ts';
import { joinTexts } from '../elements/texts.ts';
import { html, type Markup } from '../html.ts';
import type { Asked, ConsolePage } from '../page.ts';
import { renderBanner, renderOtherCorrections } from '../paper/banner.ts';
import { renderCitedBy, renderReferences } from '../paper/links-between.ts';
import { listRecord } from '../paper/record-facts.ts';
import { renderRevisions } from '../paper/revisions.ts';
import { renderCiteChoice } from '../search/cite-choice.ts';
import { renderSameQuery } from '../search/same-query.ts';

/** One stored paper, in the revision of now or of a checkpoint. */
export const paperPage: ConsolePage = {
  path: '/ui/papers/:pmid',
  async answer(asked) {
    const params = toParams(asked);
    const checkpoint = params.checkpoint_id ?? null;
    const [paper, more] = await Promise.all([
      asked.call(ragGet, params) as Promise<DocumentAnswer>, // whole, since no fields were named
      asked.tryCall(ragGet, { ...params, fields: ['cited_by', 'revisions'] }),
    ]);
    const { title, vernacular_title, quality } = paper;
    const content = html`${renderBanner(paper, asked.query.get('checkpoint'))}
      ${renderHead(paper)} ${renderAbstract(paper)}
      <h2>Quality of the evidence</h2>
      ${renderQuality(quality)} ${listRecord(paper)} ${renderOtherCorrections(paper)} ${renderReferences(paper)}
      ${renderCitedBy(paper, more, checkpoint)} ${renderRevisions(paper, more, checkpoint)} ${renderCheckpoints(paper)}
      <h2>Cite</h2>
      <form action="/ui/cite">
        <input type="hidden" name="pmid" value=${paper.pmid} />
        ${checkpoint === null ? null : html`<input type="hidden" name="checkpoint" value=${checkpoint} />`}
        ${renderCiteChoice({ of: 'this paper' })}
      </form>
      ${renderSameQuery({
        address: toPaperAddress(paper.pmid, checkpoint),
        origin: asked.origin,
        tool: ragGet.name,
        params,
        isGuarded: asked.caller.via !== 'nothing',
      })}`;
    return { title: title ?? vernacular_title ?? `PMID ${paper.pmid}`, content };
  },
};

/** What the tool is asked: the paper of the address, perhaps as a checkpoint froze it. */
export function toParams({ params, query }: Asked): { doc_id: string; checkpoint_id?: string } {
  const checkpoint = query.get('checkpoint') ?? '';
  return { doc_id: `pmid:${params.pmid ?? ''}`, ...(checkpoint === '' ? {} : { checkpoint_id: checkpoint }) };
}

function renderHead({ authors, authors_complete, journal, published, ids, pmid }: DocumentAnswer): Markup {
  const names = authors.map(
    ({ collective_name, fore_name, last_name, suffix }) =>
      collective_name ?? [fore_name, last_name, suffix].filter((piece) => piece !== null).join(' '),
  );
  const place = [journal?.title, published.verbatim, toIssue(journal)].flatMap((piece) =>
    piece === undefined || piece === null || piece === '' ? [] : [piece],
  );
  return html`<p dir="auto">${joinTexts(names, ', ')}${authors_complete === false ? ' and others' : null}</p>
    <p class="small" dir="auto">${joinTexts(place, ' · ')}</p>
    <ul class="plain">
      <li><a href=${`https://pubmed.ncbi.nlm.nih.gov/${pmid}/`}>PMID ${pmid} at PubMed</a></li>
      ${ids.doi === undefined ? null : html`<li><a href=${`https://doi.org/${ids.doi.split('/').map(encodeURIComponent).join('/')}`}>DOI ${ids.doi}</a></li>`}
      ${ids.pmc === undefined ? null : html`<li><a href=${`https://pmc.ncbi.nlm.nih.gov/articles/${encodeURIComponent(ids.pmc)}/`}>${ids.pmc}</a></li>`}
    </ul>`;
}

function toIssue(journal: DocumentAnswer['journal']): string {
  if (journal === null) return '';
  const { volume, issue, pages } = journal;
  return `${volume ?? ''}${issue === null ? '' : `(${issue})`}${pages === null ? '' : `:${pages}`}`;
}

function renderAbstract({ abstract, other_abstracts: others }: DocumentAnswer): Markup {
  return html`<h2>Abstract</h2>
    ${abstract === null ? html`<p class="nothing">The record has no abstract.</p>` : renderSections(abstract.sections)}
    ${others.map(
      ({ language, sections }) => html`<details>
        <summary>Abstract in another language${language === null ? null : ` (${language})`}</summary>
        ${renderSections(sections)}
      </details>`,
    )}`;
}

function renderSections(sections: readonly { label: string | null; text: string }[]): Markup {
  return sections.map(
    ({ label, text }) => html`${label === null ? null : html`<h3 dir="auto">${label}</h3>`}
      <p dir="auto">${text}</p>`,
  );
}

function renderCheckpoints({ pmid, checkpoints }: DocumentAnswer): Markup {
  if (checkpoints.length === 0) return null;
  return html`<h2>Checkpoints that hold it</h2>
    <ul>
      ${checkpoints.map((id) => html`<li><a href=${toPaperAddress(pmid, id)}>As checkpoint <code>${id}</code> froze it</a></li>`)}
    </ul>`;
}
