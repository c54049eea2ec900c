/** The program of an ingest thread that ends over records which hold certain words. */

import type { PrepareTask } from '../../../src/ingest/prepare/prepare-task.ts';
import { prepare as prepareForReal } from '../../../src/ingest-thread.ts';

/** How a thread ends, by the word that a record holds. */
const ENDS: Readonly<Record<string, () => unknown>> = {
  'takes-all-memory': () => {
    const taken: unknown[] = [];
    for (;;) taken.push(Array.from({ length: 100 }, () => ({})));
  },
  'leaves-at-once': () => process.exit(7),
  'crashes-on-the-side': () => {
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
    return new Promise(() => undefined);
  },
  'fails-as-a-whole': () => {
    throw new Error('something that no record is to bring about');
  },
};

export async function prepare(task: PrepareTask): Promise<unknown> {
  const text = Buffer.from(task.bytes.block).toString('latin1');
  for (const [word, end] of Object.entries(ENDS)) if (text.includes(word)) await end();
  return prepareForReal(task);
}
