/**
 * Run as a process of its own: the whole service (HTTP and worker) over a small corpus of its own, with the
 * stand-in in NCBI's place. Prints its address and serves until SIGTERM.
 */

import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../src/domain/clock.ts';
import { createHttpApp } from '../../../src/http/app.ts';
import { startHttpServer } from '../../../src/http/http-server.ts';
import { createLimits } from '../../../src/http/limits.ts';
import { createReadiness } from '../../../src/http/readiness.ts';
import { createPinoLogger } from '../../../src/telemetry/pino-logger.ts';
import { createCatalogue } from '../../../src/tools/catalogue.ts';
import { createToolInvoker } from '../../../src/tools/tool-invoker.ts';
import { TOOLS } from '../../../src/tools/tools.ts';
import { createWorker } from '../../../src/worker/worker.ts';
import { loadInto, makeTestHome } from '../corpus/test-corpus.ts';
import { startNcbiStandIn } from '../pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { silentMetrics } from '../telemetry/silent-metrics.ts';
import { API_KEY, liveRecords } from './live-app.ts';

const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGINT']) process.on(name, () => stop.abort());
const { signal } = stop;
const logger = createPinoLogger({ level: 'error', service: 'fuzz', destination: 'stderr' });
await using ncbi = await startNcbiStandIn({ records: liveRecords, limits: false });
await using home = await makeTestHome({
  engine: 'PGlite',
  settings: { BIO_MCP_PUBMED_BASE_URL: ncbi.url, BIO_MCP_PUBMED_API_KEY: API_KEY },
  logger,
});
await using corpus = await home.open();
await loadInto(corpus, fileURLToPath(new URL('../../fixtures/pubmed/awkward.xml', import.meta.url)));
const { services, checks } = corpus;
const { jobs: queue, archive } = services;
const catalogue = createCatalogue(TOOLS);
const { http, toolLimits, worker: settings } = home.config;
const app = createHttpApp({
  ...silentMetrics(),
  access: null,
  catalogue,
  services,
  queue,
  archive,
  invoker: createToolInvoker({ catalogue, services, logger }),
  readiness: createReadiness({ checks, logger, now: () => performance.now() }),
  limits: createLimits({ ...http, toolLimits }),
  version: '0.0.0',
  logger,
});
const worker = createWorker({
  catalogue,
  services,
  queue,
  clock: systemClock,
  logger,
  ...settings,
  toolLimits,
});
const working = worker.run({ signal });
await using server = await startHttpServer({ app, host: '127.0.0.1', port: Number(process.argv[2] ?? 0) });
process.stdout.write(`${server.url}\n`);
await working;
