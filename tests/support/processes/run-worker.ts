/** Run as a process of its own: a worker on the corpus that the environment describes, until SIGTERM. */
import { openCorpus } from '../../../src/compose.ts';
import { readConfig } from '../../../src/config/config.ts';
import { systemClock } from '../../../src/domain/clock.ts';
import { createPinoLogger } from '../../../src/telemetry/pino-logger.ts';
import { createCatalogue } from '../../../src/tools/catalogue.ts';
import { TOOLS } from '../../../src/tools/tools.ts';
import { createWorker } from '../../../src/worker/worker.ts';

const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
const { signal } = stop;
const config = readConfig(TOOLS);
const logger = createPinoLogger({ level: 'info', service: 'worker', destination: 'stdout' });
const facts = { version: '0.0.0', uptimeSeconds: () => process.uptime() };
await using corpus = await openCorpus({ config, process: facts, logger, mode: 'use' }, { signal });
const worker = createWorker({
  catalogue: createCatalogue(TOOLS),
  services: corpus.services,
  queue: corpus.services.jobs,
  messages: corpus.messages,
  clock: systemClock,
  logger,
  maxConcurrency: config.worker.maxConcurrency,
  toolLimits: config.toolLimits,
});
await worker.run({ signal });
