import type { Readable, Writable } from 'node:stream';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { CallOptions } from '../domain/call-options.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Catalogue } from '../tools/catalogue.ts';
import type { ToolInvoker } from '../tools/tool-invoker.ts';
import { HEALTH_URI } from './desks/resource-desk.ts';
import { toOwnExchange } from './exchange.ts';
import { createMcpServer } from './mcp-server.ts';
import { createEarlyOpening } from './open-early.ts';
import { showCatalogue } from './show-catalogue.ts';
import { createStdioTransport } from './stdio-transport.ts';
import type { ToolNaming } from './tool-names.ts';
import { createWatch, watchListeners } from './watch.ts';

export interface ServeMcpStdioNeeds {
  catalogue: Catalogue<never>;
  /** Opens nothing before its first call: listing needs no corpus. */
  invoker: ToolInvoker;
  /** Makes ready what the first call needs; done in the background once the client has initialised. */
  openCorpus: (options: CallOptions) => Promise<void>;
  naming: ToolNaming;
  version: string;
  logger: Logger;
  stdin: Readable;
  stdout: Writable;
}

/** The process that has the data folder tells others nothing by itself. */
const LOOK_EVERY_MS = 5_000;

/** Serves one client over two streams, until it closes its own or `signal` aborts. */
export async function serveMcpStdio(
  { catalogue, invoker, openCorpus, naming, version, logger, stdin, stdout }: ServeMcpStdioNeeds,
  { signal }: CallOptions,
): Promise<void> {
  const ending = new AbortController();
  const shown = showCatalogue({
    catalogue,
    invoker,
    naming,
    follows: { until: ending.signal },
    logsCalls: true,
    version,
    logger,
  });
  const { changes, resources } = shown;
  const watch = createWatch({
    read: async (uri, options) => {
      if (uri === HEALTH_URI) return null; // it tells the time, and never reads the same
      try {
        const { contents } = await resources.read(uri, toOwnExchange(options.signal));
        return JSON.stringify(contents);
      } catch (error) {
        if (!options.signal.aborted)
          logger.debug({ err: error, uri }, 'a watched resource could not be read');
        return null;
      }
    },
    changes,
    everyMs: LOOK_EVERY_MS,
    until: ending.signal,
  });
  const openEarly = createEarlyOpening({
    open: openCorpus,
    onFailure: (error) =>
      logger.warn({ err: error }, 'the corpus cannot be opened: the first call tries again'),
    until: ending.signal,
  });
  const watchForListeners = watchListeners(watch);
  const closed = Promise.withResolvers<void>();
  const transport = createStdioTransport({
    stdin,
    stdout,
    onMessage(message) {
      openEarly(message);
      watchForListeners(message);
    },
    onEnd: closed.resolve,
  });
  const handle = serveStdio(
    ({ era }) => createMcpServer({ ...shown, watch, era, wire: 'stdio', ending: ending.signal }),
    { transport, onerror: shown.onError },
  );
  const stop = () => closed.resolve();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  await closed.promise;
  signal.removeEventListener('abort', stop);
  ending.abort();
  await handle.close();
  stdin.destroy();
}
