import { z } from 'zod';
import { BioMcpError } from '../../../src/errors/bio-mcp-error.ts';
import { createCatalogue } from '../../../src/tools/catalogue.ts';
import { defineTool } from '../../../src/tools/define-tool.ts';
import type { ToolContext } from '../../../src/tools/tool-context.ts';
import { GROWS_CORPUS, READS_CORPUS } from '../../../src/tools/tool-facts.ts';
import { awaitEvent } from '../awaited.ts';

/** One call of `test.step`, as the test that waits for it sees it. */
export interface StepCall {
  name: string;
  jobId: string | undefined;
  signal: AbortSignal;
  /** Tells `pct` as a run would. */
  tell(pct: number): void;
  answer(): void;
  fail(error: unknown): void;
}

/** Calls in the order of their start; `next` waits for one. */
export class StepCalls {
  readonly all: StepCall[] = [];
  readonly #waiting: ((call: StepCall) => void)[] = [];
  readonly #unseen: StepCall[] = [];

  add(call: StepCall): void {
    this.all.push(call);
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#unseen.push(call);
    else waiter(call);
  }

  next(): Promise<StepCall> {
    const call = this.#unseen.shift();
    if (call !== undefined) return Promise.resolve(call);
    return awaitEvent(new Promise<StepCall>((resolve) => this.#waiting.push(resolve)), {
      what: 'another call of test.step',
      came: () => `${this.all.length} in all`,
    });
  }
}

export interface StepServices {
  steps: StepCalls;
}

/**
 * A long tool that does what the test says and stops when it is told to; a short one; one that always fails.
 */
export function createJobCatalogue() {
  return createCatalogue<StepServices>([step, echo, wrong, broken]);
}

const facts = { scope: 'sync', title: 'Test', description: 'For tests.' } as const;

const step = defineTool({
  ...facts,
  name: 'test.step',
  kind: 'long',
  annotations: GROWS_CORPUS,
  input: z.object({ name: z.string() }),
  output: z.object({ name: z.string() }),
  async run({ name }, { services, signal, job, onProgress }: ToolContext<StepServices>) {
    const { promise, resolve, reject } = Promise.withResolvers<{ name: string }>();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    services.steps.add({
      name,
      jobId: job?.jobId,
      signal,
      tell: (pct) =>
        onProgress?.({
          found: 0,
          fetched: 0,
          archived: 0,
          skipped: 0,
          indexed: 0,
          failed: 0,
          pct,
          message: name,
        }),
      answer: () => resolve({ name }),
      fail: reject,
    });
    return promise;
  },
});

const echo = defineTool({
  ...facts,
  name: 'test.echo',
  kind: 'short',
  annotations: READS_CORPUS,
  input: z.object({ text: z.string() }),
  output: z.object({ text: z.string() }),
  async run({ text }, _context: ToolContext<unknown>) {
    return { text };
  },
});

const wrong = defineTool({
  ...facts,
  name: 'test.wrong',
  kind: 'short',
  annotations: READS_CORPUS,
  input: z.object({}),
  output: z.object({}),
  async run(_params, _context: ToolContext<unknown>) {
    throw new BioMcpError('ARCHIVE_CORRUPT', 'An archived record is damaged.', { message: '/srv/archive/1' });
  },
});

const broken = defineTool({
  ...facts,
  name: 'test.broken',
  kind: 'short',
  annotations: READS_CORPUS,
  input: z.object({}),
  output: z.object({}),
  async run(_params, _context: ToolContext<unknown>) {
    throw new Error('select * from secrets failed in /srv/app');
  },
});
