import { type Caller, mayUse } from '../domain/caller.ts';
import type { Assets } from './assets.ts';
import { html, type Markup, toHtml } from './html.ts';
import type { ConsolePage } from './page.ts';

export interface DocumentNeeds {
  assets: Assets;
  pages: readonly ConsolePage[];
  version: string;
}

export interface Shown {
  title: string;
  /** Default: the title. */
  heading?: Markup;
  content: Markup;
  /** Of the page that is shown, as its `path`; `null`: none of the navigation. */
  path: string | null;
  /** `null`: nobody is signed in, and nothing is shown that needs it. */
  caller: Caller | null;
  formToken: string;
}

/**
 * A whole page as text: what it shows within heading, navigation and who is signed in. Its foot is its end.
 */
export function renderDocument({ assets, pages, version }: DocumentNeeds, shown: Shown): string {
  const { title, heading = title, content, caller } = shown;
  const markup = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>${title} · bio-mcp</title>
      <link rel="icon" type="image/svg+xml" href=${assets.icon.address} />
      <link rel="stylesheet" href=${assets.style.address} />
      <script type="module" src=${assets.script.address}></script>
    </head>
    <body>
      <a class="skip" href="#content">Skip to the content</a>
      <header>
        <a class="brand" href="/ui">bio-mcp</a>
        ${caller === null ? null : renderNavigation(pages, shown.path, caller)} ${renderCaller(shown)}
      </header>
      <main id="content" tabindex="-1">
        <h1 dir="auto">${heading}</h1>
        ${content}
      </main>
      <footer>bio-mcp${caller === null ? null : html` ${version} ${renderFoot(pages, caller)}`}</footer>
    </body>
  </html>`;
  return `<!doctype html>\n${toHtml(markup)}\n`;
}

function renderNavigation(pages: readonly ConsolePage[], path: string | null, caller: Caller): Markup {
  const shown = pages.filter((page) => page.navigation !== undefined && isFor(caller, page));
  return html`<nav aria-label="Pages">
    <ul>
      ${shown.map(
        (page) =>
          html`<li><a href=${page.path} aria-current=${page.path === path ? 'page' : null}>${page.navigation}</a></li>`,
      )}
    </ul>
  </nav>`;
}

/** What is looked for seldom. */
function renderFoot(pages: readonly ConsolePage[], caller: Caller): Markup {
  return pages
    .filter((page) => page.foot !== undefined && isFor(caller, page))
    .map(({ path, foot }) => html` · <a href=${path}>${foot}</a>`);
}

function isFor(caller: Caller, { scope = 'read' }: ConsolePage): boolean {
  return scope === 'open' || mayUse(caller, scope);
}

/** Where nobody is asked who he is, there is nothing to sign out of. */
function renderCaller({ caller, formToken }: Shown): Markup {
  if (caller === null || caller.via === 'nothing') return null;
  return html`<form class="caller" method="post" action="/ui/sign-out">
    <span>Signed in as <b dir="auto">${caller.name}</b></span>
    <input type="hidden" name="token" value=${formToken} />
    <button type="submit">Sign out</button>
  </form>`;
}
