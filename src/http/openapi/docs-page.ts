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
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${toHtml(info.title ?? '')} API</title><link rel="icon" href="data:,"><link rel="stylesheet" href="assets/plain.css"></head><body>
<main><h1>${toHtml(info.title ?? '')} ${toHtml(info.version ?? '')}</h1>
<p>${toHtml(info.description ?? '')} The same as <a href="../openapi.json">OpenAPI 3.1</a>.</p>
${sections.join('\n')}
<h2>schemas</h2>${schemas.join('\n')}
</main></body></html>
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
    ([status, { description: about }]) => `<dt>${status}</dt><dd>${toHtml(String(about))}</dd>`,
  );
  const body = requestBody === undefined ? '' : `<h4>Body</h4>${renderBody(requestBody)}`;
  return `<section id="${toHtml(operation.operationId)}"><h3><b>${method.toUpperCase()}</b> <code>${toHtml(path)}</code></h3>
<p>${toHtml(summary)}. ${toHtml(description)}</p>${renderParameters(parameters)}${body}
<h4>Answers</h4><dl>${answers.join('')}</dl></section>`;
}

function renderParameters(parameters: readonly Json[]): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(
    ({ name, in: place, required, description, schema }) =>
      `<dt><code>${toHtml(String(name))}</code> (${toHtml(String(place))}${required === true ? ', required' : ''})</dt>` +
      `<dd>${toHtml(String(description ?? ''))}<pre tabindex="0">${toHtml(JSON.stringify(schema))}</pre></dd>`,
  );
  return `<h4>Parameters</h4><dl>${rows.join('')}</dl>`;
}

/** A call has one form a tool: each names its parameters. */
function renderBody({ content }: Json): string {
  const { schema } = (content as Record<string, { schema: { oneOf: Json[] } }>)['application/json'] ?? {};
  const forms = (schema?.oneOf ?? []).map(({ title, description }) => {
    const name = String(title);
    const type = name
      .split('.')
      .map((piece) => `${piece.charAt(0).toUpperCase()}${piece.slice(1)}`)
      .join('');
    return `<dt><code>${toHtml(name)}</code></dt><dd>${toHtml(String(description))} <a href="#${type}Params">params</a>, <a href="#${type}Result">result</a></dd>`;
  });
  return `<p><code>{"tool": …, "params": {…}, "idempotency_key": …}</code></p><dl>${forms.join('')}</dl>`;
}

function renderJson(value: unknown): string {
  return `<pre tabindex="0">${toHtml(JSON.stringify(value, null, 2))}</pre>`;
}

function toHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
