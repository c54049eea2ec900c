/**
 * The description for people, by Swagger UI: all of it from this server, no script and no style in the page
 * itself. Without scripts it leads to the plain page. Its addresses are relative: it stands below any path.
 * `withConsole`: it leads there, too.
 */
export function renderReferencePage({ withConsole }: { withConsole: boolean }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>bio-mcp API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
<link rel="stylesheet" href="docs/assets/reference.css">
<script src="docs/assets/swagger-ui-bundle.js" defer></script>
<script src="docs/assets/start.js" defer></script>
</head>
<body>
<header><p class="leads">The same as a <a href="docs/plain">page without scripts</a> and as <a href="openapi.json">OpenAPI 3.1</a>.${withConsole ? CONSOLE : ''}</p></header>
<noscript><p class="leads">This page needs JavaScript: read the <a href="docs/plain">page without scripts</a>.</p></noscript>
<div id="reference"></div>
</body>
</html>
`;
}

const CONSOLE = ' The console has <a href="ui/docs">the tools, to be tried by a form</a>.';

/** Icons of Swagger UI are pictures within its style sheet. What is tried goes to this server alone. */
export const REFERENCE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
