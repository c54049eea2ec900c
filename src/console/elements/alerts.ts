import { html, type Markup } from '../html.ts';
import type { Failure } from '../page.ts';

/** An error in its place: code, sentence, and the id under which the log has the rest. */
export function renderFailure({ error_code, message, trace_id }: Failure): Markup {
  return html`<div class="notice bad" role="alert">
    <p><b>${error_code}</b> <span dir="auto">${message}</span></p>
    <p class="small">Trace id <code>${trace_id}</code></p>
  </div>`;
}

/** What the reader must know of an answer that is there. */
export function renderWarnings(warnings: readonly string[]): Markup {
  if (warnings.length === 0) return null;
  return html`<div class="notice warning" role="status">
    <ul>
      ${warnings.map((warning) => html`<li dir="auto">${warning}</li>`)}
    </ul>
  </div>`;
}
