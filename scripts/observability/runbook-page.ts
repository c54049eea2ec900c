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

The commands take these from the environment, beside the settings of the service:

\`\`\`sh
export URL=http://127.0.0.1:8080       # a process of \`http\` or \`serve\`
export WORKER=http://127.0.0.1:9464    # a worker, at its BIO_MCP_METRICS_PORT; with \`serve\` the same as URL
export TOKEN=biomcp_…                  # with the scope bio:read, and bio:sync to run jobs again; with BIO_MCP_AUTH=none any word does
export ADMINISTRATOR_URL=postgresql://postgres:…@HOST/bio_mcp  # where a remedy asks for a superuser of the database
\`\`\`

\`bio-mcp\` runs with the settings of the service, so on its host or in its container: \`docker exec -it NAME bio-mcp doctor\`. Where a
setting names a file or an ARN, give \`psql\` and \`curl\` what lies there.

## In the first two minutes

Which dependency failed for which request? The code names it ([the table](../errors.md)); \`tool\` is what was asked for.

\`\`\`console
$ curl -s -H "authorization: Bearer $TOKEN" $URL/metrics | grep '^bio_mcp_errors_total'
bio_mcp_errors_total{tool="rag.search",error_code="DB_UNAVAILABLE"} 6
\`\`\`

What is wrong with it, and what helps? \`bio-mcp doctor\` asks each dependency anew.

Was anything lost? What was answered with success is kept, whatever failed since; a call that got an error has to be made again by its
caller. Of long work, these jobs have ended without being done:

\`\`\`console
$ bio-mcp jobs list --state failed -n 20 --json | jq -r '.jobs[] | [.job_id, .tool, .about, .error.error_code] | @tsv'
01a21fa3-4553-73bf-b4b6-eef7b7fecdc1	pubmed.sync	wallabies	WEAVIATE_UNAVAILABLE
\`\`\`

\`bio-mcp\` itself needs database and index. While one of them is away, ask an API that ran before, as long as its database answers:
\`curl -s -H "authorization: Bearer $TOKEN" "$URL/v1/jobs?state=failed&limit=20"\`.

## Running failed jobs again

Once the cause is gone. What was done before is skipped, so that it harms nothing where it was not needed:

\`\`\`console
$ bio-mcp jobs get 01a21fa3-4553-73bf-b4b6-eef7b7fecdc1 --json | jq '{tool, params}' | curl -s -X POST $URL/v1/jobs -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d @-
{"job_id":"01a21fa4-2e26-7418-a0b4-8b2a2a4cf3e0","state":"queued","deduplicated":false}
\`\`\`

A load of files on this machine is begun by \`bio-mcp load\` instead. At the end \`bio-mcp status\` tells what is there, \`bio-mcp doctor\` whether the
counts agree, and \`bio-mcp archive verify\` whether every object is whole.

The table and the rules are generated from \`scripts/observability/alerts.ts\`. A new alert is a new entry there and a new page here.
`;
}
