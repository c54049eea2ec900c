import type { Command } from 'commander';
import type { CommandInputs } from './command-inputs.ts';
import { createServiceLog } from './service-log.ts';

export function addServe(program: Command, inputs: CommandInputs): void {
  program
    .command('serve')
    .description('serve the tools over HTTP on this machine and run jobs, until stopped')
    .option('--open', 'show the console in your browser once it answers')
    .action(({ open: opens = false }: { open?: boolean }) => serveHttp(inputs, { runsJobs: true, opens }));
  program
    .command('http')
    .description('serve the tools over HTTP; on PostgreSQL without running jobs, which `worker` does')
    .action(() => serveHttp(inputs, { runsJobs: false, opens: false }));
}

async function serveHttp(
  inputs: CommandInputs,
  { runsJobs, opens }: { runsJobs: boolean; opens: boolean },
): Promise<void> {
  const { config, catalogue, commandName, version, stdout, signal, onLost, tracer } = inputs;
  const { requireSafeAddress } = await import('../../http/http-server.ts');
  const isGuarded = config.auth.bearer || config.auth.oidc !== null;
  requireSafeAddress({ ...config.http, isGuarded }); // before anything is opened
  const { openRegistry } = await import('../../compose/rooms/open-scrape.ts');
  const registry = await openRegistry({ catalogue, version });
  const { logger, writeLines } = createServiceLog({ config, service: 'http', stdout, registry });
  const { openForService, openServicePatiently } = await import('../../compose/open-for-service.ts');
  const { runHttp } = await import('../../run-http.ts');
  const onListening = opens ? await createConsoleOpener(inputs) : undefined;
  const serving = { config, catalogue, version, logger, registry, writeLines, tracer, onListening };
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

/** Shows the console where the server listens, or where the settings say that others reach it. */
async function createConsoleOpener({
  config,
  platform,
  stderr,
}: CommandInputs): Promise<(url: string) => void> {
  const { openInBrowser } = await import('../../connect/open-browser.ts');
  return (url) => {
    const page = toConsoleAddress(config.http.publicUrl ?? url);
    stderr.write(`bio-mcp: the console is at ${page}\n`);
    openInBrowser(page, platform);
  };
}

/** No browser goes to the address that stands for all of a machine's. */
export function toConsoleAddress(url: string): string {
  const local = url.replace('//0.0.0.0', '//127.0.0.1').replace('//[::]', '//[::1]');
  return `${local}/ui`;
}

/** Something that may be away when a process starts. */
function needsServer({ database, archive, index }: CommandInputs['config']): boolean {
  return database.kind === 'postgres' || archive.kind === 's3' || index.kind === 'weaviate';
}
