/**
 * Writes what documents repeat from the code: docs/errors.md, docs/configuration.md, docs/metrics.md,
 * docs/reliability.md, docs/runbooks/README.md, docs/tables.md, docs/tools.md, .env.example, and the rules
 * and the dashboard in infra/observability/, the alarms and the dashboard of CloudWatch in
 * infra/modules/observability/. With `--check` it writes nothing and fails when one of them
 * differs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { listSettings } from '../src/config/settings.ts';
import { ERROR_CODES } from '../src/errors/bio-mcp-error.ts';
import { createCatalogue } from '../src/tools/catalogue.ts';
import { TOOLS } from '../src/tools/tools.ts';
import { renderMetrics } from './metrics-page.ts';
import { renderCloudWatchAlarms } from './observability/cloudwatch-alarms.ts';
import { renderCloudWatchDashboard } from './observability/cloudwatch-dashboard.ts';
import { renderDashboard } from './observability/dashboard.ts';
import { renderPrometheusRules } from './observability/prometheus-rules.ts';
import { renderRunbooks } from './observability/runbook-page.ts';
import { renderReliability } from './reliability-page.ts';
import { renderTables } from './table-pages.ts';
import { renderTools } from './tool-pages.ts';

const ROOT = new URL('../', import.meta.url);
export function renderErrors(): string {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, { httpStatus, retryable, concerns, meaning, remedy }]) => {
      const cells = [
        `\`${code}\``,
        httpStatus,
        retryable ? 'yes' : 'no',
        concerns ?? '',
        meaning,
        remedy ?? '',
      ];
      return `| ${cells.join(' | ')} |`;
    },
  );
  return `# Errors

Every failure, over HTTP, of a tool over MCP and in the command line's \`--json\`, has one form:

\`\`\`json
{"ok": false, "error_code": "VALIDATION", "message": "\`query\` is required.", "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736", "tool": "rag.search"}
\`\`\`

\`message\` is one or more sentences for the caller, without paths, queries or upstream text. The operator's detail is in the
log under the same \`trace_id\`, which is the caller's own where the request has a valid \`traceparent\` header. \`tool\` is
\`null\` where the failure is about no tool. Where the same call may succeed later without anybody changing anything, the
answer has \`Retry-After\` in seconds.

Codes are never renamed. *Concerns* names the dependency that failed. The last column holds where the message says nothing more
precise; \`bio-mcp doctor\` says it too. This table follows \`src/errors/bio-mcp-error.ts\`.

| code | HTTP status | may pass by itself | concerns | meaning | what an operator can do |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

The command line ends with 0 when all is done, 1 when something failed, 2 for bad settings or usage, and 130 when the user
stopped it.
`;
}

export function renderConfiguration(): string {
  const rows = listSettings(TOOLS).map(
    ({ name, shownDefault, about }) => `| \`${name}\` | ${shownDefault} | ${about} |`,
  );
  return `# Configuration

With nothing set, everything runs embedded: database, archive and index live in one data folder, and the vectors come from a
table in the package. Settings are environment variables, read once at start. Every one that cannot be used is reported at
once by name, and the process ends with code 2. A blank value, or a placeholder such as \`\${user_config.port}\` that nobody
filled in, counts as unset. A \`BIO_MCP_\` variable that this release does not know is a warning at start.

OpenTelemetry's own variables (\`OTEL_EXPORTER_OTLP_ENDPOINT\` and others) say where spans go:
[following one request](operations.md#following-one-request).

This table follows \`src/config/rooms/\`; \`.env.example\` has the same settings as a file.

| variable | default | meaning |
| --- | --- | --- |
${rows.join('\n')}

On macOS the data folder is \`~/Library/Application Support/bio-mcp\`, on Windows \`%LOCALAPPDATA%\\bio-mcp\`. The Makefile's
own targets use \`.data/\` in the checkout unless \`BIO_MCP_DATA_DIR\` is set.
`;
}

export function renderEnvExample(): string {
  const settings = listSettings(TOOLS).map(({ name, about, shownDefault, defaultValue }) => {
    const comment = `${about} Default: ${shownDefault}.`.replaceAll('`', '');
    return `${wrap(comment)}\n#${name}=${defaultValue ?? ''}\n`;
  });
  return `# Every setting of bio-mcp with its default. Nothing has to be set. See docs/configuration.md.\n\n${settings.join('\n')}`;
}

export const REFERENCES: Readonly<Record<string, () => string>> = {
  'docs/errors.md': renderErrors,
  'docs/configuration.md': renderConfiguration,
  'docs/metrics.md': renderMetrics,
  'docs/reliability.md': renderReliability,
  'docs/runbooks/README.md': renderRunbooks,
  'docs/tables.md': renderTables,
  'docs/tools.md': () => renderTools(createCatalogue(TOOLS).describe()),
  '.env.example': renderEnvExample,
  'infra/observability/prometheus-rules.yaml': renderPrometheusRules,
  'infra/observability/grafana-dashboard.json': renderDashboard,
  'infra/modules/observability/alarms.tf.json': renderCloudWatchAlarms,
  'infra/modules/observability/dashboard.json.tftpl': renderCloudWatchDashboard,
};

function wrap(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 100) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines.join('\n');
}

function main(isCheck: boolean): void {
  for (const [path, render] of Object.entries(REFERENCES)) {
    const url = new URL(path, ROOT);
    if (!isCheck) writeFileSync(url, render());
    else if (readFileSync(url, 'utf8') !== render()) {
      console.error(`${path} differs from the code: run make documents`);
      process.exitCode = 1;
    }
  }
}

if (import.meta.main) main(process.argv.includes('--check'));
