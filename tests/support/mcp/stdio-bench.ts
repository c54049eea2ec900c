import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { serveMcpStdio } from '../../../src/mcp/serve-stdio.ts';
import { createCatalogue } from '../../../src/tools/catalogue.ts';
import type { ToolInvoker } from '../../../src/tools/tool-invoker.ts';
import { TOOLS } from '../../../src/tools/tools.ts';
import { awaitEvent } from '../awaited.ts';
import { TOKENS_AWAY } from '../http/tokens-away.ts';
import { silentLogger } from '../telemetry/silent-logger.ts';

type Message = ReturnType<typeof JSON.parse>;

/** Fails every test that gets further than it should: lists and refusals need no corpus. */
const noCorpus = async () => {
  throw new Error('the corpus was asked for');
};
const noInvoker: ToolInvoker = {
  call: noCorpus,
  follow: noCorpus,
  cancel: noCorpus,
  listPmids: noCorpus,
  tokens: TOKENS_AWAY,
};

interface OpenOptions {
  stdout?: PassThrough;
  openCorpus?: () => Promise<void>;
}

/** A server over stdio that lives in this process; disposing it ends it. */
export function openStdioBench(
  invoker: Partial<ToolInvoker> = {},
  { stdout = new PassThrough(), openCorpus = async () => {} }: OpenOptions = {},
) {
  const stdin = new PassThrough();
  const stop = new AbortController();
  const ended = serveMcpStdio(
    {
      catalogue: createCatalogue(TOOLS),
      invoker: { ...noInvoker, ...invoker },
      openCorpus,
      naming: 'underscore',
      version: '0.0.0',
      logger: silentLogger(),
      stdin,
      stdout,
    },
    { signal: stop.signal },
  );
  let unread = '';
  return {
    stdin,
    stdout,
    ended,
    stop,
    write: (message: string | object) =>
      stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`),
    /** The next line of the server. */
    async read(): Promise<Message> {
      while (!unread.includes('\n')) {
        const chunk = stdout.read();
        if (chunk === null)
          await awaitEvent(once(stdout, 'readable'), { what: 'a line', came: () => unread });
        else unread += chunk;
      }
      const end = unread.indexOf('\n');
      const line = unread.slice(0, end);
      unread = unread.slice(end + 1);
      return JSON.parse(line);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}

/** Longer than any client is waited for. */
export const LONG_MS = 60_000;
export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '0' },
  },
};
/** Of a request of the newer era. */
export const _meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '0' },
};
