import { z } from 'zod';
import { BioMcpError } from '../../../src/errors/bio-mcp-error.ts';
import { createCatalogue } from '../../../src/tools/catalogue.ts';
import { defineTool } from '../../../src/tools/define-tool.ts';
import { ping } from '../../../src/tools/ping.ts';
import type { ToolContext } from '../../../src/tools/tool-context.ts';
import { GROWS_CORPUS, READS_CORPUS } from '../../../src/tools/tool-facts.ts';

/** Raised by `test.wait`, so that a test can await what happens to a running call. */
export interface WaitingServices {
  process: { version: string; uptimeSeconds(): number };
  started(): void;
  /** Lets `test.wait` answer. */
  released: Promise<void>;
  aborted(): void;
  /** What `test.write` does; resolves to how often it was done. */
  write(text: string): Promise<number>;
}

/** `ping` and tools that fail, wait or run long: what a surface must handle whatever the real tools are. */
export function createTestCatalogue() {
  return createCatalogue<WaitingServices>([ping, fails, breaks, waits, hangs, writes, runsLong]);
}

const facts = {
  kind: 'short',
  scope: 'read',
  title: 'Test',
  description: 'For tests.',
  annotations: READS_CORPUS,
} as const;

const fails = defineTool({
  ...facts,
  name: 'test.unavailable',
  input: z.object({}),
  output: z.object({}),
  async run(_params, _context: ToolContext<unknown>) {
    throw new BioMcpError('DB_UNAVAILABLE', 'The database does not answer; try again later.', {
      message: 'connect ECONNREFUSED 10.0.0.7:5432',
    });
  },
});

const breaks = defineTool({
  ...facts,
  name: 'test.broken',
  input: z.object({}),
  output: z.object({}),
  async run(_params, _context: ToolContext<unknown>) {
    throw new Error('select * from secrets failed in /srv/app');
  },
});

const waits = defineTool({
  ...facts,
  name: 'test.wait',
  input: z.object({}),
  output: z.object({}),
  async run(_params, { services, signal }: ToolContext<WaitingServices>) {
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => {
      services.aborted();
      reject(signal.reason);
    });
    services.started();
    await Promise.race([promise, services.released]);
    return {};
  },
});

const hangs = defineTool({
  ...facts,
  name: 'test.hang',
  description: 'For tests: it heeds no abort.',
  input: z.object({}),
  output: z.object({}),
  async run(_params, { services, signal }: ToolContext<WaitingServices>) {
    signal.addEventListener('abort', () => services.aborted());
    services.started();
    await services.released;
    return {};
  },
});

const writes = defineTool({
  ...facts,
  name: 'test.write',
  scope: 'sync',
  annotations: GROWS_CORPUS,
  input: z.object({ text: z.string(), loud: z.boolean().default(false) }),
  output: z.object({ times: z.int() }),
  async run({ text }, { services }: ToolContext<WaitingServices>) {
    return { times: await services.write(text) };
  },
});

const runsLong = defineTool({
  ...facts,
  name: 'test.load',
  kind: 'long',
  scope: 'sync',
  annotations: GROWS_CORPUS,
  input: z.object({ source: z.string() }),
  output: z.object({}),
  async run(_params, _context: ToolContext<unknown>) {
    return {};
  },
});
