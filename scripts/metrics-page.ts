import { BUCKET_SECONDS, METRICS } from '../src/telemetry/metric-names.ts';

/** docs/metrics.md: every metric with its labels. */
export function renderMetrics(): string {
  const rows = Object.values(METRICS).map(({ name, kind, labels, help, needs }) => {
    const cells = [`\`${name}\``, kind, labels.map((label) => `\`${label}\``).join(' '), help, needs];
    return `| ${cells.join(' | ')} |`;
  });
  return `# Metrics

\`serve\` and \`http\` answer \`GET /metrics\` beside everything else, a \`worker\` on \`BIO_MCP_METRICS_PORT\` (where \`/healthz\` and
\`/readyz\` stand too), in the text format of Prometheus. Whoever asks needs a credential that may read, as for every address but the
probes; a token of \`bio-mcp token create --name prometheus --scope bio:read\` does. While the database is away, a token that held within
the hour before goes on for \`/metrics\`, and for nothing else. A process that waits at its start, for migrations or the index, shows its metrics
too; \`bio_mcp_ready\` is 0 then. Scrapes hold no request slot, so that a server at its limit is still seen.

| metric | kind | labels | meaning | needs |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

- *needs*: what has to answer for the metric to be there. While the database is away, what needs it is absent and the rest is there; a
  scrape takes three seconds at most. The database is read once at a time, however many scrapers there are; an answer is kept for five
  seconds, or for fifty times as long as it took.
- Counters and histograms are of the process. What comes from the database is the same in every process: take \`max\`, not \`sum\`.
- \`tool\` is the dotted name of a tool, \`none\` where the request is about no tool, \`unknown\` for a name that there is not. \`surface\` is
  \`http\`, \`mcp\`, or \`cli\` and \`stdio\` for calls through the process that has the data folder. \`error_code\` is one of
  [the table](errors.md). \`endpoint\` is a utility of NCBI, \`outcome\` one of \`ok\`, \`rate_limited\`, \`unavailable\`, \`timeout\`,
  \`bad_response\`, \`blocked\`, \`refused\`, \`cancelled\`. \`check\` is a check of \`readyz\`. No label takes a caller's text but \`term\`.
- Buckets of the histograms, in seconds: ${BUCKET_SECONDS.join(', ')}.
- Node's own metrics stand beside them (\`process_*\`, \`nodejs_*\`), without the three whose names Prometheus' linter refuses.

With \`BIO_MCP_METRICS_EMF=true\` a service writes the same metrics once a minute to stdout as CloudWatch Embedded Metric Format.
`;
}
