import type { Command } from 'commander';
import { systemClock } from '../../domain/clock.ts';
import { onceAborted } from '../../domain/concurrency/once-aborted.ts';
import { ConfigError } from '../../errors/config-error.ts';
import type { CommandInputs } from './command-inputs.ts';
import { createServiceLog } from './service-log.ts';

export function addWorker(program: Command, inputs: CommandInputs): void {
  program
    .command('worker')
    .description('run jobs, without serving anything (on PostgreSQL)')
    .action(() => work(inputs));
}

async function work(inputs: CommandInputs): Promise<void> {
  const { config, catalogue, commandName, version, stdout, signal, onLost, tracer } = inputs;
  if (config.database.kind === 'embedded') {
    throw new ConfigError([
      'BIO_MCP_DATABASE_URL: a worker alone needs PostgreSQL, since the embedded database serves one process; `bio-mcp serve` is API and worker in one.',
    ]);
  }
  if (config.metrics.port !== null) {
    const { requireSafeAddress } = await import('../../http/http-server.ts');
    requireSafeAddress({ ...config.http, isGuarded: config.auth.bearer || config.auth.oidc !== null });
  }
  const { openServicePatiently } = await import('../../compose/open-for-service.ts');
  const { openEarlyTokens } = await import('../../compose/rooms/open-early-tokens.ts');
  const { openRegistry, openScrape } = await import('../../compose/rooms/open-scrape.ts');
  const { serveMetrics } = await import('../../compose/serve-metrics.ts');
  const { createReadiness } = await import('../../http/readiness.ts');
  const registry = await openRegistry({ catalogue, version });
  const { logger, writeLines: write } = createServiceLog({ config, service: 'worker', stdout, registry });
  const common = { config, catalogue, version, logger, metrics: registry, tracer };
  const opening = { ...common, name: commandName, runsJobs: true, until: signal, onLost };
  await using corpus = openServicePatiently(opening, { signal });
  const { services } = corpus;
  const readiness = createReadiness({
    checks: () => corpus.listChecks(),
    logger,
    now: () => performance.now(),
  });
  const hasDeadLetters = config.jobs.messageQueue !== null;
  const scrape = openScrape({ registry, readiness, services, hasDeadLetters, logger });
  const { writeEmf } = await import('../../telemetry/write-emf.ts');
  await using _emf = config.metrics.emf
    ? writeEmf({ scrape, service: 'worker', write, clock: systemClock, logger })
    : null;
  await using tokens = await openEarlyTokens({ config, corpus });
  await using server = await serveMetrics({ config, tokens, readiness, scrape, logger });
  if (server !== null) logger.info({ url: server.url, version }, 'metrics are served');
  await corpus.opened.catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  if (!signal.aborted) logger.info({ version }, 'working');
  await onceAborted(signal);
  logger.info({}, 'stopping');
}
