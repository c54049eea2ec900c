import type { Command } from 'commander';
import { createPinoLogger } from '../../telemetry/pino-logger.ts';
import type { CommandInputs } from './command-inputs.ts';

export function addServe(program: Command, inputs: CommandInputs): void {
  program
    .command('serve')
    .description('serve the tools over HTTP on this machine and run jobs, until stopped')
    .action(() => serveHttp(inputs, { runsJobs: true }));
  program
    .command('http')
    .description('serve the tools over HTTP; on PostgreSQL without running jobs, which `worker` does')
    .action(() => serveHttp(inputs, { runsJobs: false }));
}

async function serveHttp(inputs: CommandInputs, { runsJobs }: { runsJobs: boolean }): Promise<void> {
  const { config, catalogue, commandName, version, stdout, signal, onLost, tracer } = inputs;
  const { requireSafeAddress } = await import('../../http/http-server.ts');
  const isGuarded = config.auth.bearer || config.auth.oidc !== null;
  requireSafeAddress({ ...config.http, isGuarded }); // before anything is opened
  const logger = createPinoLogger({ level: config.logLevel, service: 'http', destination: stdout });
  const { openForService, openServicePatiently } = await import('../../compose/open-for-service.ts');
  const { runHttp } = await import('../../run-http.ts');
  const { openRegistry } = await import('../../compose/open-scrape.ts');
  const registry = await openRegistry({ catalogue, version });
  const serving = { config, catalogue, version, logger, registry, stdout, tracer };
  const common = { config, catalogue, version, logger, metrics: registry, tracer };
  const opening = { ...common, name: commandName, runsJobs, until: signal, onLost };
  if (!needsServer(config)) {
    await using service = await openForService(opening, { signal });
    const { services, checks } = service.corpus;
    const corpus = { services, listChecks: () => checks, opened: Promise.resolve() };
    return await runHttp({ ...serving, corpus }, { signal });
  }
  await using corpus = openServicePatiently(opening, { signal });
  const failing = new AbortController();
  const ended = runHttp({ ...serving, corpus }, { signal: AbortSignal.any([signal, failing.signal]) });
  await Promise.race([ended, corpus.opened]).catch((error: unknown) => {
    if (!signal.aborted) failing.abort(error);
  });
  await ended;
  if (failing.signal.aborted) throw failing.signal.reason;
}

/** Something that may be away when a process starts. */
function needsServer({ database, archive, index }: CommandInputs['config']): boolean {
  return database.kind === 'postgres' || archive.kind === 's3' || index.kind === 'weaviate';
}
