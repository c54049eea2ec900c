import type { Command } from 'commander';
import { ConfigError } from '../../errors/config-error.ts';
import { createPinoLogger } from '../../telemetry/pino-logger.ts';
import type { CommandInputs } from './command-inputs.ts';

export function addWorker(program: Command, inputs: CommandInputs): void {
  program
    .command('worker')
    .description('run jobs, without serving anything (on PostgreSQL)')
    .action(() => work(inputs));
}

async function work(inputs: CommandInputs): Promise<void> {
  const { config, catalogue, commandName, version, stdout, signal, onLost } = inputs;
  if (config.database.kind === 'embedded') {
    throw new ConfigError([
      'BIO_MCP_DATABASE_URL: a worker alone needs PostgreSQL, since the embedded database serves one process; `bio-mcp serve` is API and worker in one.',
    ]);
  }
  const logger = createPinoLogger({ level: config.logLevel, service: 'worker', destination: stdout });
  const { openServicePatiently } = await import('../../compose/open-for-service.ts');
  const opening = {
    config,
    catalogue,
    version,
    logger,
    name: commandName,
    runsJobs: true,
    until: signal,
    onLost,
  };
  await using corpus = openServicePatiently(opening, { signal });
  await corpus.opened.catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  if (!signal.aborted) logger.info({ version }, 'working');
  await aborted(signal);
  logger.info({}, 'stopping');
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
