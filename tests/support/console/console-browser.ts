import type { FastifyInstance, LightMyRequestResponse } from 'fastify';

/** Keeps cookies and sends forms as a browser does, without a script or a socket. */
export interface Browser {
  get(url: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>;
  /** Sends the form of the page that was shown last which posts there, its hidden fields with it. */
  submit(action: string, fields: Record<string, string>, page?: string): Promise<LightMyRequestResponse>;
  /** As the header `cookie` sends them. */
  cookies(): string;
  /** Takes over the cookies of another. */
  plant(cookies: string): void;
  /** The token of the last form. */
  formToken(): string;
  /** Every `set-cookie` that it was told. */
  told: string[];
}

export function createBrowser(app: FastifyInstance, origin: string): Browser {
  const jar = new Map<string, string>();
  const told: string[] = [];
  const { host } = new URL(origin);
  let shown = '';

  const toHeader = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');

  function keep(response: LightMyRequestResponse): LightMyRequestResponse {
    for (const line of [response.headers['set-cookie'] ?? []].flat()) {
      told.push(line);
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (line.includes('Max-Age=0')) jar.delete(name);
      else jar.set(name, value);
    }
    if (String(response.headers['content-type']).startsWith('text/html')) shown = response.body;
    return response;
  }

  async function get(url: string, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> {
    const cookie = url.startsWith('/ui') && jar.size > 0 ? { cookie: toHeader() } : {};
    return keep(await app.inject({ url, headers: { host, accept: 'text/html', ...cookie, ...headers } }));
  }

  return {
    get,
    async submit(action, fields, page) {
      if (page !== undefined) await get(page);
      const [form = ''] = new RegExp(`<form[^>]* action="${action}"[\\s\\S]*?</form>`).exec(shown) ?? [];
      if (form === '') throw new Error(`no form of the page that is shown posts to ${action}`);
      const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
      const body = new URLSearchParams(
        Object.fromEntries(hidden.map(([, name, value = '']) => [name, toPlainText(value)])),
      );
      for (const [name, value] of Object.entries(fields)) body.set(name, value);
      const headers = {
        ...{ host, origin, accept: 'text/html', cookie: toHeader() },
        ...{ 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
      };
      return keep(await app.inject({ method: 'POST', url: action, headers, payload: body.toString() }));
    },
    cookies: toHeader,
    plant(cookies) {
      for (const pair of cookies.split('; ')) {
        const at = pair.indexOf('=');
        jar.set(pair.slice(0, at), pair.slice(at + 1));
      }
    },
    formToken: () => /name="token" value="([^"]*)"/.exec(shown)?.[1] ?? '',
    told,
  };
}

function toPlainText(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
