import { html, type Markup } from '../html.ts';
import { showCount } from './figures.ts';
import { type Column, renderTable } from './table.ts';

export interface Bar {
  readonly name: string;
  readonly count: number;
  /** Where its papers are. Default: nowhere. */
  readonly address?: string;
}

export interface BarsNeeds {
  /** Tells the pictures of one page apart. */
  readonly id: string;
  readonly caption: string;
  /** What a bar stands for: "Year". */
  readonly of: string;
  /** Those of 0 have their place in the picture and no row in the table. */
  readonly bars: readonly Bar[];
  /** Where the table has more rows than the picture has bars, the first one first. Default: the bars. */
  readonly rows?: readonly Bar[];
}

const WIDTH = 700;
const HEIGHT = 80;

/** A picture of counts in their order, and its numbers as a table. One bar alone would be no picture. */
export function renderBars({ id, caption, of, bars, rows = bars }: BarsNeeds): Markup {
  const [first, last] = [bars.at(0), bars.at(-1)];
  if (first === undefined || last === undefined || bars.length < 2) return null;
  const most = Math.max(...bars.map(({ count }) => count), 1);
  const step = WIDTH / bars.length;
  const columns: Column<Bar>[] = [
    {
      name: of,
      show: ({ name, address }) => (address === undefined ? name : html`<a href=${address}>${name}</a>`),
    },
    { name: 'Papers', isNumeric: true, show: ({ count }) => showCount(count) },
  ];
  return html`<figure class="bars">
    <figcaption class="small">${caption}: ${first.name} to ${last.name}, at most ${showCount(most)}</figcaption>
    <svg role="img" aria-label=${caption} viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
      ${bars.map(({ name, count }, at) => {
        const height = (count / most) * HEIGHT;
        return html`<rect
          x=${round(at * step)}
          y=${round(HEIGHT - height)}
          width=${round(Math.max(step * 0.8, 0.5))}
          height=${round(height)}
        ><title>${name}: ${showCount(count)}</title></rect>`;
      })}
    </svg>
    <details id=${id}>
      <summary class="small">The numbers</summary>
      ${renderTable({ caption, columns, rows: rows.filter(({ count }) => count > 0), empty: '' })}
    </details>
  </figure>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
