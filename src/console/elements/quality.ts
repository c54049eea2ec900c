import type { z } from 'zod';
import type { qualitySchema } from '../../tools/schemas/quality-schema.ts';
import { html, type Markup } from '../html.ts';
import { renderTable } from './table.ts';

type Quality = z.output<typeof qualitySchema>;

const FACTORS: readonly { name: Exclude<keyof Quality, 'total'>; label: string }[] = [
  { name: 'design', label: 'Design' },
  { name: 'recency', label: 'Recency' },
  { name: 'journal', label: 'Journal' },
  { name: 'human', label: 'In humans' },
  { name: 'investment_relevance', label: 'Investment relevance' },
];

/** How far a paper carries: the whole, and of each factor why. */
export function renderQuality(quality: Quality): Markup {
  return html`<details class="quality">
    <summary>Quality ${showShare(quality.total)} of 1</summary>
    ${renderTable({
      caption: 'What the quality is made of; 0 is least, 1 is most',
      columns: [
        { name: 'Part', show: ({ label }) => label },
        { name: 'Value', isNumeric: true, show: ({ name }) => showShare(quality[name].value) },
        { name: 'Why', show: ({ name }) => quality[name].reason },
      ],
      rows: FACTORS,
      empty: '',
    })}
  </details>`;
}

/** The same in a list of papers: what tells most stands there at once, the rest where it is opened. */
export function renderQualityShort(quality: Quality): Markup {
  return html`<details class="quality">
    <summary class="small">Quality ${showShare(quality.total)} of 1: ${quality.design.reason} ${quality.human.reason}</summary>
    <ul class="small">
      ${FACTORS.map(({ name, label }) => html`<li>${label} ${showShare(quality[name].value)}: ${quality[name].reason}</li>`)}
    </ul>
  </details>`;
}

/** "0.83". */
export function showShare(value: number): string {
  return value.toFixed(2);
}
