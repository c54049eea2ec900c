import { ALERTS, toRunbook } from './alerts.ts';

/** docs/runbooks/README.md: every alert with its page. */
export function renderRunbooks(): string {
  const rows = ALERTS.map((alert) => {
    const { name, severity, summary, forMinutes } = alert;
    const file = toRunbook(alert).replace('docs/runbooks/', '');
    return `| [${name}](${file}) | ${severity} | ${summary} | ${forMinutes} |`;
  });
  return `# Runbooks

Each alert of \`infra/observability/prometheus-rules.yaml\` has a page here: what it means, the first look, the remedy, when it ends.
\`critical\` should wake somebody; \`warning\` can wait for the morning.

| alert | severity | what holds | for minutes |
| --- | --- | --- | --- |
${rows.join('\n')}

The commands take these from the environment:

\`\`\`sh
export URL=http://127.0.0.1:8080     # a process of \`http\` or \`serve\`; for a worker the address of its BIO_MCP_METRICS_PORT
export TOKEN=biomcp_…                # a token with the scope bio:read; with BIO_MCP_AUTH=none any word does
\`\`\`

\`bio-mcp\` runs with the settings of the service, so on its host or in its container: \`docker exec -it NAME bio-mcp doctor\`.

The table and the rules are generated from \`scripts/observability/alerts.ts\`. A new alert is a new entry there and a new page here.
`;
}
