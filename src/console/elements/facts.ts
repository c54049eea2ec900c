import { html, type Markup } from '../html.ts';

/** What is known of one thing, name by name; `null` and `undefined` are left out. */
export function renderFacts(facts: readonly (readonly [string, Markup])[]): Markup {
  const told = facts.filter(([, value]) => value !== null && value !== undefined);
  return html`<dl class="facts">
    ${told.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd dir="auto">${value}</dd>`,
    )}
  </dl>`;
}
