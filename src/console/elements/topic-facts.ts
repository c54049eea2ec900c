import { html, type Markup } from '../html.ts';
import type { Asked } from '../page.ts';

const DAY_MS = 86_400_000;

/** How long ago a topic was complete; `null`: it never was. */
export function showAge(day: string | null, now: Date): string {
  if (day === null) return '–';
  const days = Math.floor((now.getTime() - Date.parse(`${day}T00:00:00Z`)) / DAY_MS);
  if (!(days > 0)) return 'today';
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

/** Brings in what is new of a topic. */
export function renderUpdate(term: string, { formToken }: Pick<Asked, 'formToken'>): Markup {
  return html`<form method="post" action="/ui/topics">
    <input type="hidden" name="token" value=${formToken} />
    <input type="hidden" name="kind" value="new" />
    <input type="hidden" name="term" value=${term} />
    <button type="submit" aria-label=${`What is new of ${term}`}>What is new</button>
  </form>`;
}
