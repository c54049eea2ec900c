import { html, type Markup } from '../html.ts';

export interface Column<Row> {
  readonly name: string;
  /** Figures stand to the right. */
  readonly isNumeric?: true;
  show(row: Row): Markup;
}

export interface TableNeeds<Row> {
  /** What the table holds, for whoever hears it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** What stands in its place without rows: what to do next. */
  readonly empty: Markup;
}

/**
 * The first column names its row. A table that is too wide moves within its own frame; on a phone each row
 * is a card.
 */
export function renderTable<Row>({ caption, columns, rows, empty }: TableNeeds<Row>): Markup {
  if (rows.length === 0) return renderNothing(empty);
  return html`<div class="wide" role="region" aria-label=${caption} tabindex="0">
    <table>
      <caption>${caption}</caption>
      <thead>
        <tr>
          ${columns.map(({ name, isNumeric }) => html`<th scope="col" class=${toClass(isNumeric)}>${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => html`<tr>${columns.map((column, at) => renderCell(column, row, at))}</tr>`)}
      </tbody>
    </table>
  </div>`;
}

/** The name of the column stands beside the cell where a narrow window makes cards of rows. */
function renderCell<Row>({ name, isNumeric, show }: Column<Row>, row: Row, at: number): Markup {
  const content = show(row);
  return at === 0
    ? html`<th scope="row" dir="auto" class=${toClass(isNumeric)}>${content}</th>`
    : html`<td dir="auto" class=${toClass(isNumeric)} data-name=${name}>${content}</td>`;
}

function toClass(isNumeric: true | undefined): string | null {
  return isNumeric ? 'figure' : null;
}

/** Says that there is nothing, and what to do next. */
function renderNothing(content: Markup): Markup {
  return html`<p class="nothing">${content}</p>`;
}

/** The way to the next page of a list, by its cursor; `null`: this was the last. */
export function renderNext(address: string | null): Markup {
  return address === null ? null : html`<p class="pages"><a rel="next" href=${address}>Next page</a></p>`;
}
