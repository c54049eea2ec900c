import { html, type Markup } from '../html.ts';
import { showCount } from './figures.ts';
import { type Column, renderTable } from './table.ts';

export interface Bar {
  from: number;
  to: number;
  count: number;
}

const MOST_BARS = 40;
const HEIGHT = 48;
const STEP = 14;
const GAP = 3;

/** Years with how many papers are of each; of a long time in steps of some years, with those of none too. */
export function toBars(years: readonly number[]): Bar[] {
  if (years.length === 0) return [];
  const [first, last] = [Math.min(...years), Math.max(...years)];
  const step = Math.ceil((last - first + 1) / MOST_BARS);
  const bars = Array.from({ length: Math.ceil((last - first + 1) / step) }, (_, at) => {
    const from = first + at * step;
    return { from, to: Math.min(last, from + step - 1), count: 0 };
  });
  for (const year of years) {
    const bar = bars[Math.floor((year - first) / step)];
    if (bar !== undefined) bar.count += 1;
  }
  return bars;
}

/** A small picture, and its figures as a table; `toAddress` leads to the papers of a bar. */
export function renderHistogram(
  years: readonly number[],
  { caption, toAddress }: { caption: string; toAddress: (bar: Bar) => string },
): Markup {
  const bars = toBars(years);
  const most = Math.max(...bars.map(({ count }) => count), 1);
  if (bars.length < 2) return null;
  const width = bars.length * STEP;
  const columns: Column<Bar>[] = [
    { name: 'Years', show: (bar) => html`<a href=${toAddress(bar)}>${toName(bar)}</a>` },
    { name: 'Papers', isNumeric: true, show: ({ count }) => showCount(count) },
  ];
  return html`<figure class="years">
    <figcaption class="small">${caption}: ${toName(bars[0])} to ${toName(bars.at(-1))}</figcaption>
    <svg role="img" aria-label=${caption} viewBox=${`0 0 ${width} ${HEIGHT}`} width=${width} height=${HEIGHT}>
      ${bars.map(({ count }, at) => {
        const height = Math.round((count / most) * HEIGHT);
        return html`<rect x=${at * STEP} y=${HEIGHT - height} width=${STEP - GAP} height=${height} rx="1" />`;
      })}
    </svg>
    <details>
      <summary class="small">As figures</summary>
      ${renderTable({ caption, columns, rows: bars.filter(({ count }) => count > 0), empty: '' })}
    </details>
  </figure>`;
}

function toName(bar: Bar | undefined): string {
  if (bar === undefined) return '';
  return bar.from === bar.to ? String(bar.from) : `${bar.from}–${bar.to}`;
}
