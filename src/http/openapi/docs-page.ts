import type { Json } from './json-schema.ts';
import type { OpenApiDocument, Operation } from './openapi.ts';

/** The document as one page of HTML, without scripts and without anything from elsewhere. */
export function renderDocsPage({ info, tags, paths, components }: OpenApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = tags.map(({ name, description }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name));
    return `<h2>${toHtml(name)}</h2><p>${toHtml(description)}</p>${own.map(renderOperation).join('')}`;
  });
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<details id="${toHtml(name)}"><summary><code>${toHtml(name)}</code></summary>${renderJson(schema)}</details>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${toHtml(info.title ?? '')} API</title><style>${STYLE}</style></head><body>
<h1>${toHtml(info.title ?? '')} ${toHtml(info.version ?? '')}</h1>
<p>${toHtml(info.description ?? '')} The same as <a href="openapi.json">OpenAPI 3.1</a>.</p>
${sections.join('\n')}
<h2>schemas</h2>${schemas.join('\n')}
</body></html>
`;
}

function renderOperation({
  path,
  method,
  operation,
}: {
  path: string;
  method: string;
  operation: Operation;
}): string {
  const { summary, description = '', parameters = [], requestBody, responses } = operation;
  const answers = Object.entries(responses).map(
    ([status, { description: about }]) => `<tr><td>${status}</td><td>${toHtml(String(about))}</td></tr>`,
  );
  const body = requestBody === undefined ? '' : `<h4>Body</h4>${renderBody(requestBody)}`;
  return `<section id="${toHtml(operation.operationId)}"><h3><b>${method.toUpperCase()}</b> <code>${toHtml(path)}</code></h3>
<p>${toHtml(summary)}. ${toHtml(description)}</p>${renderParameters(parameters)}${body}
<h4>Answers</h4><table>${answers.join('')}</table></section>`;
}

function renderParameters(parameters: readonly Json[]): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(
    ({ name, in: place, required, description, schema }) =>
      `<tr><td><code>${toHtml(String(name))}</code></td><td>${toHtml(String(place))}${required === true ? ', required' : ''}</td>` +
      `<td>${toHtml(String(description ?? ''))}</td><td><code>${toHtml(JSON.stringify(schema))}</code></td></tr>`,
  );
  return `<h4>Parameters</h4><table>${rows.join('')}</table>`;
}

/** A call has one form a tool: each names its parameters. */
function renderBody({ content }: Json): string {
  const { schema } = (content as Record<string, { schema: { oneOf: Json[] } }>)['application/json'] ?? {};
  const forms = (schema?.oneOf ?? []).map(({ title, description }) => {
    const name = String(title);
    const type = name
      .split('.')
      .map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}`)
      .join('');
    return `<tr><td><code>${toHtml(name)}</code></td><td>${toHtml(String(description))}</td><td><a href="#${type}Params">params</a>, <a href="#${type}Result">result</a></td></tr>`;
  });
  return `<p><code>{"tool": …, "params": {…}, "idempotency_key": …}</code></p><table>${forms.join('')}</table>`;
}

function renderJson(value: unknown): string {
  return `<pre>${toHtml(JSON.stringify(value, null, 2))}</pre>`;
}

function toHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}' +
  'section{border-top:1px solid #ccc;padding:.5rem 0}table{border-collapse:collapse;width:100%}' +
  'td{border-bottom:1px solid #eee;padding:.25rem .5rem;vertical-align:top;overflow-wrap:anywhere}' +
  'code,pre{font:14px ui-monospace,monospace}pre{background:#f6f6f6;padding:.5rem;overflow:auto}';
