import { corpusCheckpointDiff, type DiffAnswer } from '../../tools/corpus-checkpoint-diff.ts';
import { corpusCheckpointGet } from '../../tools/corpus-checkpoint-get.ts';
import type { DiffEntry } from '../../tools/diff-entries.ts';
import { toAddress } from '../addresses.ts';
import { renderFailure } from '../elements/alerts.ts';
import { showCounted } from '../elements/figures.ts';
import { showRange } from '../elements/list-range.ts';
import { renderStanding, toPaperAddress } from '../elements/standing.ts';
import { renderNext, renderTable } from '../elements/table.ts';
import { html, type Markup } from '../html.ts';
import type { Asked, ConsolePage } from '../page.ts';

const A_PAGE = 200;
const KINDS = ['entered', 'changed', 'left'] as const;
type Kind = (typeof KINDS)[number];

/** What entered, changed, left, and was retracted between two checkpoints, or since one. */
export const diffPage: ConsolePage = {
  path: '/ui/checkpoints/diff',
  async answer(asked) {
    const { tryCall, query } = asked;
    const ends = toEnds(query);
    const [name, { value, failure }] = await Promise.all([
      nameEnds(ends, asked),
      tryCall(corpusCheckpointDiff, { ...ends, limit: A_PAGE, cursor: query.get('cursor') || undefined }),
    ]);
    if (value === null) return { title: 'What changed', content: renderFailure(failure) };
    const next = value.next_cursor;
    const isAll = next === null && !query.has('cursor');
    return {
      title: 'What changed',
      content: html`<p><a href="/ui/checkpoints">All checkpoints</a></p>
        <p dir="auto">${name}</p>
        <p><a class="button" href=${toAddress('/ui/checkpoints/diff.csv', ends)} data-stays>Download all of it (CSV)</a></p>
        ${renderRetracted(value)} ${KINDS.map((kind) => renderKind(kind, value, isAll))}
        ${renderNext(next === null ? null : toAddress('/ui/checkpoints/diff', { ...ends, cursor: next }))}`,
    };
  },
};

type ReadPage = (cursor: string | undefined) => Promise<DiffAnswer>;

/** The same as a file, all pages of it. What is wrong with the question is told before the file begins. */
export const diffFile: ConsolePage = {
  path: '/ui/checkpoints/diff.csv',
  async answer({ query, call }) {
    const ends = toEnds(query);
    const read: ReadPage = (cursor) => call(corpusCheckpointDiff, { ...ends, limit: A_PAGE, cursor });
    const fileName = `changes-${ends.from.slice(0, 8)}-${ends.to?.slice(0, 8) ?? 'now'}.csv`;
    const text = writeFile(await read(undefined), read);
    return { fileName, contentType: 'text/csv; charset=utf-8', text };
  },
};

async function* writeFile(first: DiffAnswer, read: ReadPage): AsyncGenerator<string> {
  yield 'change,doc_id,title,retraction_status,from_revision,to_revision\r\n';
  for (let answer = first; ; ) {
    yield KINDS.flatMap((kind) => answer[kind].map((entry) => `${toLine(kind, entry)}\r\n`)).join('');
    if (answer.next_cursor === null) return;
    answer = await read(answer.next_cursor);
  }
}

function toEnds(query: URLSearchParams): { from: string; to?: string } {
  const to = query.get('to') ?? '';
  return { from: query.get('from') ?? '', ...(to === '' ? {} : { to }) };
}

async function nameEnds({ from, to }: { from: string; to?: string }, { tryCall }: Asked): Promise<string> {
  const ids = to === undefined ? [from] : [from, to];
  const found = await Promise.all(ids.map((id) => tryCall(corpusCheckpointGet, { checkpoint_id: id })));
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

/** `isAll`: there is no other page. */
function renderKind(kind: Kind, answer: DiffAnswer, isAll: boolean): Markup {
  const where = isAll ? '' : ' on this page';
  const shown = answer[kind].length;
  const total = answer.totals?.[kind] ?? shown;
  return html`<h2>${HEADINGS[kind]}</h2>
    ${renderTable({
      caption: `${HEADINGS[kind]}: ${showRange({ at: null, shown, total }, 'paper')}${where}`,
      columns: [
        { name: 'Paper', show: renderPaper },
        { name: 'Status', show: renderStatus },
        { name: 'Revision', show: showRevisions },
      ],
      rows: answer[kind],
      empty:
        total > 0
          ? `None of the ${showCounted(total, 'paper')} that ${kind} is on this page.`
          : `No paper ${kind}.`,
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
