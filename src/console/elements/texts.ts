import { html, type Markup } from '../html.ts';

/** Texts of others in one line, none of which turns its neighbours around, whatever its direction. */
export function joinTexts(texts: readonly (string | number)[], between: string): Markup {
  return texts.map((text, at) => html`${at === 0 ? null : between}<bdi>${text}</bdi>`);
}
