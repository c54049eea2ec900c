import { toAddress } from '../addresses.ts';
import { renderFailure } from '../elements/alerts.ts';
import { html, type Markup } from '../html.ts';
import type { Failure } from '../page.ts';

export interface SignInShown {
  /** How people sign in here. */
  ways: { token: boolean; issuer: { name: string } | null };
  /** A page of the console. */
  next: string;
  formToken: string;
  /** Why they have to do it again, or why it did not work. */
  told: 'ended' | Failure | null;
}

/** The page on which a person shows who he is. */
export function renderSignIn({ ways, next, formToken, told }: SignInShown): Markup {
  return html`${renderTold(told)}
    ${ways.issuer === null ? null : renderIssuer(ways.issuer.name, next)}
    ${ways.token ? renderTokenForm(next, formToken) : null}
    ${
      ways.token || ways.issuer !== null
        ? null
        : html`<p class="nothing">
      Nobody can sign in here yet: the operator sets BIO_MCP_OIDC_CLIENT_ID, or lets tokens in by BIO_MCP_AUTH=bearer,oidc.
    </p>`
    }`;
}

function renderTold(told: SignInShown['told']): Markup {
  if (told === null) return null;
  if (told !== 'ended') return renderFailure(told);
  return html`<p class="notice" role="status">Your session has ended. Sign in again to go on where you were.</p>`;
}

function renderIssuer(name: string, next: string): Markup {
  return html`<p><a class="button first" href=${toAddress('/ui/sign-in/start', { next })}>Sign in with ${name}</a></p>`;
}

function renderTokenForm(next: string, formToken: string): Markup {
  return html`<form method="post" action="/ui/sign-in">
    <input type="hidden" name="token" value=${formToken} />
    <input type="hidden" name="next" value=${next} />
    <p>
      <label for="credential">Token</label>
      <input
        id="credential"
        name="credential"
        type="password"
        autocomplete="current-password"
        spellcheck="false"
        required=${true}
        aria-describedby="about"
      />
    </p>
    <p id="about" class="small">
      The operator of this server gives it to you; it begins with <code>biomcp_</code>. It stays in an encrypted cookie until you sign out.
    </p>
    <button class="first" type="submit">Sign in</button>
  </form>`;
}
