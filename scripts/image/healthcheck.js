// The image's HEALTHCHECK: asks the process with the number 1 on its own port, whichever command it runs.
// Those that listen nowhere (`stdio`, `migrate`, …) are healthy as long as they live.
import { readFileSync } from 'node:fs';

const words = readFileSync('/proc/1/cmdline', 'utf8').split('\0');
const { BIO_MCP_HTTP_PORT = '8080', BIO_MCP_METRICS_PORT, BIO_MCP_HTTP_HOST = '127.0.0.1' } = process.env;
const listens = words.includes('http') || words.includes('serve');
const port = listens ? BIO_MCP_HTTP_PORT : words.includes('worker') ? BIO_MCP_METRICS_PORT : undefined;
if (port !== undefined) {
  const everywhere = BIO_MCP_HTTP_HOST === '0.0.0.0' || BIO_MCP_HTTP_HOST === '::';
  const host = everywhere ? '127.0.0.1' : BIO_MCP_HTTP_HOST.includes(':') ? `[${BIO_MCP_HTTP_HOST}]` : BIO_MCP_HTTP_HOST;
  const answer = await fetch(`http://${host}:${port}/healthz`, { signal: AbortSignal.timeout(4_000) }).catch(
    ({ cause, message }) => ({ ok: false, status: cause?.code ?? message }),
  );
  if (!answer.ok) {
    console.error(`/healthz on port ${port}: ${answer.status}`);
    process.exit(1);
  }
}
