import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { AccessTokens } from '../../../src/access/access-tokens.ts';
import { systemClock } from '../../../src/domain/clock.ts';
import { createHttpApp, type HttpAppOptions } from '../../../src/http/app.ts';
import { createLimits, type LimitOptions } from '../../../src/http/limits.ts';
import { createReadiness } from '../../../src/http/readiness.ts';
import { serveMcpHttp } from '../../../src/mcp/serve-http.ts';
import type { Logger } from '../../../src/telemetry/logger.ts';
import { createCatalogue } from '../../../src/tools/catalogue.ts';
import type { Tool } from '../../../src/tools/define-tool.ts';
import { createToolInvoker, type ToolCall, type ToolInvoker } from '../../../src/tools/tool-invoker.ts';
import { createTools } from '../../../src/tools/tools.ts';
import { createWorker } from '../../../src/worker/worker.ts';
import { type Engine, makeTestHome, type TestHome } from '../corpus/test-corpus.ts';
import { INHERITED } from '../processes/command-process.ts';
import { type NcbiStandIn, startNcbiStandIn } from '../pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { articleXml } from '../pubmed/pubmed-xml.ts';
import { recordingLogger } from '../telemetry/log-lines.ts';
import { silentMetrics } from '../telemetry/silent-metrics.ts';

const MAIN = new URL('../../../src/main.ts', import.meta.url).pathname;

/** `legacy` opens with `initialize`, `auto` finds out that the server speaks 2026-07-28. */
export type ClientMode = 'legacy' | 'auto';
export const CLIENT_MODES: readonly ClientMode[] = ['legacy', 'auto'];

/** Papers on wombats that are at NCBI, and one on quokkas. */
export const WOMBATS = ['50000001', '50000002', '50000003'];

export interface LocalNcbi extends AsyncDisposable {
  ncbi: NcbiStandIn;
  home: TestHome;
}

/**
 * An empty corpus whose NCBI is the stand-in, with `more` records beside the few of its own; on PGlite for
 * the processes that share its folder.
 */
export async function openLocalNcbi(
  settings: Record<string, string> = {},
  engine: Engine = 'PGlite',
  more: readonly string[] = [],
): Promise<LocalNcbi> {
  const stack = new AsyncDisposableStack();
  const records = [
    ...WOMBATS.map((pmid, at) => articleXml({ pmid: Number(pmid), title: `Of wombats, part ${at + 1}.` })),
    articleXml({ pmid: 7, title: 'Of quokkas.' }),
    ...more,
  ];
  const ncbi = stack.use(await startNcbiStandIn({ records, limits: false }));
  const home = stack.use(
    await makeTestHome({
      engine,
      settings: {
        BIO_MCP_PUBMED_BASE_URL: ncbi.url,
        BIO_MCP_PUBMED_EMAIL: 'library@example.org',
        // Nothing listens there: a load that a test asks for finds no NLM.
        BIO_MCP_LOAD_BASE_URL: 'http://127.0.0.1:1/pubmed/',
        BIO_MCP_LOG_LEVEL: 'silent',
        ...settings,
      },
    }),
  );
  return { ncbi, home, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

export interface McpApp extends LocalNcbi {
  /** `http://127.0.0.1:1234` */
  url: string;
  lines: Record<string, unknown>[];
  connect(mode?: ClientMode): Promise<Client & AsyncDisposable>;
  /** One POST to `/mcp`, as it is written here. */
  post(body: string | Blob, headers?: Record<string, string>): Promise<Response>;
}

export interface McpAppOptions {
  settings?: Record<string, string>;
  limits?: Partial<LimitOptions>;
  /** Default: any free one. */
  port?: number;
  /** Beside those of the release. */
  tools?: readonly Tool[];
  /** That are at NCBI, beside the few of the stand-in. */
  records?: readonly string[];
  /** A corpus that outlives the app; absent: one of its own. */
  local?: LocalNcbi;
  /** Of the tokens of its corpus; default: nobody is asked who he is. */
  openAccess?: (tokens: AccessTokens, logger: Logger) => Promise<HttpAppOptions<unknown>['access']>;
  /** Absent: one whose lines are kept. */
  logger?: Logger;
  /** Hears each call that gets through to the tools at `/mcp`. */
  onCall?: (call: ToolCall, signal: AbortSignal) => void;
}

/** The real app with `/mcp` over a real corpus, listening, with a worker beside it. */
export async function openMcpApp({
  settings = {},
  limits: given = {},
  tools = [],
  records = [],
  port = 0,
  local: outliving,
  logger: givenLogger,
  onCall = () => undefined,
  openAccess = async () => null,
}: McpAppOptions = {}): Promise<McpApp> {
  const stack = new AsyncDisposableStack();
  const local = outliving ?? stack.use(await openLocalNcbi(settings, 'PostgreSQL', records));
  const { home } = local;
  const { lines, logger: recording } = recordingLogger();
  const logger = givenLogger ?? recording;
  const { services } = stack.use(await home.open());
  const catalogue = createCatalogue(createTools(tools));
  const limits = createLimits({ maxConcurrency: 200, toolLimits: {}, ...given });
  const { jobs, archive } = services;
  const stop = new AbortController();
  const needs = { catalogue, services, queue: jobs, clock: systemClock, logger };
  const working = createWorker({ ...needs, maxConcurrency: 4, toolLimits: {} }).run({ signal: stop.signal });
  stack.defer(async () => {
    stop.abort();
    await working;
  });
  const version = '0.0.0-test';
  const readiness = createReadiness({ checks: [], logger, now: () => performance.now() });
  const access = await openAccess(services.accessTokens, logger);
  const app = createHttpApp({
    ...silentMetrics(),
    access,
    catalogue,
    services,
    readiness,
    queue: jobs,
    archive,
    invoker: createToolInvoker({ catalogue, services, logger }),
    limits,
    version,
    logger,
  });
  const tooled = createToolInvoker({ catalogue, services, logger });
  const invoker: ToolInvoker = {
    ...tooled,
    call(call, options) {
      onCall(call, options.signal);
      return tooled.call(call, options);
    },
  };
  serveMcpHttp(app, {
    catalogue,
    invoker,
    naming: home.config.mcp.toolNaming,
    limits,
    jobs,
    version,
    logger,
  });
  const url = await app.listen({ host: '127.0.0.1', port });
  stack.defer(() => app.close());
  return {
    ...local,
    url,
    lines,
    async connect(mode = 'auto') {
      const client = createClient(mode);
      await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
      return client;
    },
    post: (body, headers = {}) =>
      fetch(`${url}/mcp`, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...headers,
        },
      }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The official client on a `bio-mcp stdio` of its own; disposing it ends the process. */
export async function connectStdio(
  env: Record<string, string>,
  mode: ClientMode = 'auto',
): Promise<Client & AsyncDisposable> {
  const client = createClient(mode);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [MAIN, 'stdio'],
    env: { ...INHERITED, ...env },
    stderr: 'ignore',
  });
  await client.connect(transport);
  return client;
}

function createClient(mode: ClientMode): Client & AsyncDisposable {
  const client = new Client({ name: 'test', version: '0.0.0' }, { versionNegotiation: { mode } });
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

/** The text of a result's first part. */
export function firstText({ content }: { content: readonly { type: string; text?: string }[] }): string {
  return content[0]?.text ?? '';
}

const MODERN = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '0' },
};

/** A request of 2026-07-28 as its body and headers, from a client with these capabilities. */
export function toModernRequest(
  method: string,
  params: Record<string, unknown> = {},
  clientCapabilities: Record<string, unknown> = {},
): [body: string, headers: Record<string, string>] {
  const { _meta, ...rest } = params;
  const meta = { ...MODERN, 'io.modelcontextprotocol/clientCapabilities': clientCapabilities };
  const own = typeof _meta === 'object' ? _meta : {};
  const body = { jsonrpc: '2.0', id: 1, method, params: { ...rest, _meta: { ...meta, ...own } } };
  const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method };
  const name = params.name ?? params.uri ?? params.taskId;
  return [JSON.stringify(body), typeof name === 'string' ? { ...headers, 'mcp-name': name } : headers];
}

/** As a program would read it: nothing is known of its shape. */
export type AnyJson = ReturnType<typeof JSON.parse>;
