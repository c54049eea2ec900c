import { corpusCheckpointDiff, type DiffAnswer } from '../../tools/corpus-checkpoint-diff.ts';
import { corpusCheckpointGet } from '../../tools/corpus-checkpoint-get.ts';
import type { DiffEntry } from '../../tools/diff-entries.ts';
import { toAddress } from '../addresses.ts';
import { html, type Markup } from '../html.ts';
import type { Asked, ConsolePage } from '../page.ts';
import { renderFailure } from '../parts/notices.ts';
import { renderStanding, toPaperAddress } from '../parts/standing.ts';
import { renderNext, renderTable } from '../parts/table.ts';

const A_PAGE = 200;
const A_PAGE_OF_THE_FILE = 1_000;
const KINDS = ['entered', 'changed', 'left'] as const;
type Kind = (typeof KINDS)[number];

/** What entered, changed, left, and was retracted between two checkpoints, or since one. */
export const diffPage: ConsolePage = {
  path: '/ui/checkpoints/diff',
  async answer(asked) {
    const { attempt, query } = asked;
    const ends = toEnds(query);
    const [name, { value, failure }] = await Promise.all([
      nameEnds(ends, asked),
      attempt(corpusCheckpointDiff, { ...ends, limit: A_PAGE, cursor: query.get('cursor') || undefined }),
    ]);
    if (value === null) return { title: 'What changed', content: renderFailure(failure) };
    const next = value.next_cursor;
    return {
      title: 'What changed',
      content: html`<p><a href="/ui/checkpoints">All checkpoints</a></p>
        <p dir="auto">${name}</p>
        <p><a class="button" href=${toAddress('/ui/checkpoints/diff.csv', ends)} data-stays>Download all of it (CSV)</a></p>
        ${renderRetracted(value)} ${KINDS.map((kind) => renderKind(kind, value))}
        ${renderNext(next === null ? null : toAddress('/ui/checkpoints/diff', { ...ends, cursor: next }))}`,
    };
  },
};

/** The same as a file, all pages of it. */
export const diffFile: ConsolePage = {
  path: '/ui/checkpoints/diff.csv',
  async answer({ query, call }) {
    const ends = toEnds(query);
    const lines = ['change,doc_id,title,retraction_status,from_revision,to_revision'];
    let cursor: string | undefined;
    do {
      const answer = await call(corpusCheckpointDiff, { ...ends, limit: A_PAGE_OF_THE_FILE, cursor });
      for (const kind of KINDS) lines.push(...answer[kind].map((entry) => toLine(kind, entry)));
      cursor = answer.next_cursor ?? undefined;
    } while (cursor !== undefined);
    const fileName = `changes-${ends.from.slice(0, 8)}-${ends.to?.slice(0, 8) ?? 'now'}.csv`;
    return { fileName, contentType: 'text/csv; charset=utf-8', text: `${lines.join('\r\n')}\r\n` };
  },
};

function toEnds(query: URLSearchParams): { from: string; to?: string } {
  const to = query.get('to') ?? '';
  return { from: query.get('from') ?? '', ...(to === '' ? {} : { to }) };
}

async function nameEnds({ from, to }: { from: string; to?: string }, { attempt }: Asked): Promise<string> {
  const ids = to === undefined ? [from] : [from, to];
  const found = await Promise.all(ids.map((id) => attempt(corpusCheckpointGet, { checkpoint_id: id })));
  const [first = from, second = 'now'] = found.map(({ value }, at) => value?.name ?? ids[at]);
  return `From “${first}” to ${to === undefined ? 'the corpus as it is now' : `“${second}”`}.`;
}

const DOUBTED: ReadonlySet<string> = new Set(['retracted', 'expression_of_concern']);

/** What a reader must not miss stands first. */
function renderRetracted(answer: DiffAnswer): Markup {
  const rows = [...answer.entered, ...answer.changed].filter(({ retraction_status }) =>
    DOUBTED.has(retraction_status),
  );
  if (rows.length === 0) return null;
  return html`<h2>Retracted or doubted</h2>
    ${renderTable({
      caption: 'Of those that entered or changed',
      columns: [
        { name: 'Paper', show: renderPaper },
        { name: 'Status', show: renderStatus },
      ],
      rows,
      empty: null,
    })}`;
}

const HEADINGS: Readonly<Record<Kind, string>> = { entered: 'Entered', changed: 'Changed', left: 'Left' };

function renderKind(kind: Kind, answer: DiffAnswer): Markup {
  return html`<h2>${HEADINGS[kind]}</h2>
    ${renderTable({
      caption: `${HEADINGS[kind]}: ${answer[kind].length} on this page`,
      columns: [
        { name: 'Paper', show: renderPaper },
        { name: 'Status', show: renderStatus },
        { name: 'Revision', show: showRevisions },
      ],
      rows: answer[kind],
      empty: `Nothing ${kind}, as far as this page goes.`,
    })}`;
}

function renderPaper({ doc_id, title }: DiffEntry): Markup {
  const pmid = doc_id.replace(/^pmid:/, '');
  return html`<a href=${toPaperAddress(pmid)}><bdi>${title ?? 'A paper without a title'}</bdi></a>
    <span class="small"> ${doc_id}</span>`;
}

function renderStatus(entry: DiffEntry): Markup {
  return renderStanding(entry) ?? '–';
}

function showRevisions({ from_revision: from, to_revision: to }: DiffEntry): string {
  if (from === null) return `${to}`;
  return to === null ? `${from}` : `${from} → ${to}`;
}

/**
 * What a spreadsheet would take for a formula is made a text:
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
function toLine(kind: Kind, entry: DiffEntry): string {
  const { doc_id, title, retraction_status, from_revision, to_revision } = entry;
  const cells = [kind, doc_id, title ?? '', retraction_status, from_revision ?? '', to_revision ?? ''];
  return cells
    .map((cell) => {
      const text = /^[=+\-@\t\r]/.test(String(cell)) ? `'${cell}` : String(cell);
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(',');
}
