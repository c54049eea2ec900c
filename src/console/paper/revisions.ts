import type { z } from 'zod';
import type { DocumentAnswer, ragGet } from '../../tools/rag-get.ts';
import { toAddress } from '../addresses.ts';
import { renderFailure } from '../elements/alerts.ts';
import { renderFacts } from '../elements/facts.ts';
import { showTime } from '../elements/figures.ts';
import { renderTable } from '../elements/table.ts';
import { html, type Markup } from '../html.ts';
import type { Tried } from '../page.ts';

/** Where the paper's bytes lie, and what came before them. */
export function renderRevisions(
  { archive, pmid, revision }: DocumentAnswer,
  { value, failure }: Tried<z.output<typeof ragGet.output>>,
  checkpoint: string | null,
): Markup {
  const raw = toAddress(`/ui/papers/${encodeURIComponent(pmid)}/raw`, { checkpoint });
  return html`<h2 id="archive">Archive</h2>
    ${renderFacts([
      ['Revision', revision],
      ['Raw record at', html`<code>${archive.s3_uri}</code>`],
      ['SHA-256 of it', html`<code>${archive.content_hash}</code>`],
      ['Fetched', showTime(archive.fetched_at)],
    ])}
    <p><a href=${raw}>Check and show the raw record</a></p>
    ${failure === null ? null : renderFailure(failure)}
    ${
      (value?.revisions ?? []).length < 2
        ? null
        : renderTable({
            caption: 'Revisions that the corpus has had, newest first',
            columns: [
              { name: 'Revision', show: (one) => one.revision },
              { name: 'Fetched', show: (one) => showTime(one.fetched_at) },
              {
                name: 'What changed',
                show: (one) =>
                  one.changed === null ? 'the first' : one.changed.join(', ') || 'nothing that is read',
              },
              { name: 'Hash', show: (one) => html`<code>${one.content_hash.slice(0, 12)}…</code>` },
            ],
            rows: value?.revisions ?? [],
            empty: '',
          })
    }`;
}
