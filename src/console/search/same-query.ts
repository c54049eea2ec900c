import { html, type Markup } from '../html.ts';

export interface SameQuery {
  /** Of the page. */
  address: string;
  /** Where the server is reached; `null`: unknown. */
  origin: string | null;
  tool: string;
  params: Readonly<Record<string, unknown>>;
  /** Whether callers show a credential. */
  isGuarded: boolean;
}

/** The same query for others: as a link, as a command, and as the call that an assistant makes. */
export function renderSameQuery({ address, origin, tool, params, isGuarded }: SameQuery): Markup {
  const base = origin ?? '';
  const body = JSON.stringify({ tool, params });
  const token = isGuarded ? ` -H "authorization: Bearer $BIO_MCP_TOKEN"` : '';
  const curl = `curl -sS '${base}/v1/mcp/invoke' -H 'content-type: application/json'${token} -d ${toShellWord(body)}`;
  const call = JSON.stringify({ name: tool.replaceAll('.', '_'), arguments: params }, null, 2);
  return html`<details>
    <summary>The same query elsewhere</summary>
    ${renderCopy('as-link', 'As a link', `${base}${address}`)} ${renderCopy('as-curl', 'On the command line', curl)}
    ${renderCopy('as-call', 'As the call of an assistant over MCP', call)}
  </details>`;
}

/** A text with the button that copies it, and what stands beside that. */
export function renderCopy(
  id: string,
  title: string,
  text: string,
  { level = 3, beside = null }: { level?: 2 | 3; beside?: Markup } = {},
): Markup {
  const heading = `${id}-title`;
  return html`${level === 2 ? html`<h2 id=${heading}>${title}</h2>` : html`<h3 id=${heading}>${title}</h3>`}
    <pre id=${id} tabindex="0" role="region" aria-labelledby=${heading}>${text}</pre>
    <div class="row">
      <button type="button" hidden=${true} data-copies=${id}>Copy</button>
      ${beside}
    </div>`;
}

function toShellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
