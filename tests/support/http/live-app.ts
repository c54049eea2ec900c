import { createHttpApp } from '../../../src/http/app.ts';
import { createLimits } from '../../../src/http/limits.ts';
import { createReadiness } from '../../../src/http/readiness.ts';
import { createCatalogue } from '../../../src/tools/catalogue.ts';
import { createToolInvoker } from '../../../src/tools/tool-invoker.ts';
import { TOOLS } from '../../../src/tools/tools.ts';
import { makeTestHome, type TestHome } from '../corpus/test-corpus.ts';
import { sampleRecords } from '../pubmed/eutils.ts';
import { type NcbiStandIn, startNcbiStandIn } from '../pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { readRecordFile } from '../pubmed/ncbi-stand-in/record-reader.ts';
import { recordingLogger } from '../telemetry/log-lines.ts';
import { silentMetrics } from '../telemetry/silent-metrics.ts';

/** With a key the gap between two requests is the shorter one; with an address there is no warning. */
export const API_KEY = 'k_secret_0123456789';
const LIVE_SETTINGS = { BIO_MCP_PUBMED_API_KEY: API_KEY, BIO_MCP_PUBMED_EMAIL: 'library@example.org' };

/** Books, retractions, records without abstract: tests/fixtures/pubmed/README.md tells which is which. */
const awkwardRecords = await readRecordFile(new URL('../../fixtures/pubmed/awkward.xml', import.meta.url));
export const liveRecords: readonly string[] = [...sampleRecords, ...awkwardRecords];

export interface LiveAnswer {
  status: number;
  /** As a program would read it: nothing is known of its shape. */
  body: ReturnType<typeof JSON.parse>;
  headers: Record<string, unknown>;
}

/** The real app over a real corpus, with the stand-in in NCBI's place. */
export interface LiveApp extends AsyncDisposable {
  ncbi: NcbiStandIn;
  home: TestHome;
  /** What was logged, by the client of NCBI too. */
  lines: Record<string, unknown>[];
  invoke(tool: string, params: unknown): Promise<LiveAnswer>;
  postJob(tool: string, params: unknown): Promise<LiveAnswer>;
}

export async function openLiveApp(settings: Record<string, string> = LIVE_SETTINGS): Promise<LiveApp> {
  await using opening = new AsyncDisposableStack();
  const ncbi = opening.use(await startNcbiStandIn({ records: liveRecords, limits: false }));
  const { lines, logger } = recordingLogger();
  const home = opening.use(
    await makeTestHome({
      settings: { BIO_MCP_PUBMED_BASE_URL: ncbi.url, ...settings },
      logger,
    }),
  );
  const { services } = opening.use(await home.open());
  const readiness = createReadiness({ checks: [], logger, now: () => performance.now() });
  const catalogue = createCatalogue(TOOLS);
  const app = createHttpApp({
    ...silentMetrics(),
    access: null,
    catalogue,
    services,
    readiness,
    queue: services.jobs,
    archive: services.archive,
    invoker: createToolInvoker({ catalogue, services, logger }),
    limits: createLimits({ ...home.config.http, toolLimits: home.config.toolLimits }),
    version: '0.0.0',
    logger,
  });
  opening.defer(() => app.close());
  const post = async (url: string, payload: object): Promise<LiveAnswer> => {
    const answer = await app.inject({ method: 'POST', url, payload });
    return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
  };
  const stack = opening.move();
  return {
    ncbi,
    home,
    lines,
    invoke: (tool, params) => post('/v1/mcp/invoke', { tool, params }),
    postJob: (tool, params) => post('/v1/jobs', { tool, params }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
