import { html, type Markup } from '../html.ts';
import { showCount } from './figures.ts';

export interface Bar {
  readonly name: string;
  readonly value: number;
}

const WIDTH = 700;
const HEIGHT = 120;
/** Below the bars, for the first and the last name. */
const FOOT = 18;
const HEAD = 16;

/** A small picture of counts in their order; its numbers stand in a table beside it. */
export function renderBars({ label, bars }: { label: string; bars: readonly Bar[] }): Markup {
  const [first, last] = [bars.at(0), bars.at(-1)];
  if (first === undefined || last === undefined) return null;
  const most = Math.max(...bars.map(({ value }) => value), 1);
  const step = WIDTH / bars.length;
  const base = HEIGHT - FOOT;
  const sentence = `${label}: ${first.name} to ${last.name}, at most ${showCount(most)}.`;
  return html`<svg class="bars" viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${sentence}>
    ${bars.map(({ name, value }, at) => {
      const height = (value / most) * (base - HEAD);
      return html`<rect
        x=${round(at * step)}
        y=${round(base - height)}
        width=${round(Math.max(step * 0.8, 0.5))}
        height=${round(height)}
      ><title>${name}: ${showCount(value)}</title></rect>`;
    })}
    <text x="0" y=${HEAD - 4}>${showCount(most)}</text>
    <text x="0" y=${HEIGHT - 4}>${first.name}</text>
    ${bars.length > 1 ? html`<text x=${WIDTH} y=${HEIGHT - 4} text-anchor="end">${last.name}</text>` : null}
  </svg>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
