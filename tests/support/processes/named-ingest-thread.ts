/** The program of an ingest thread that tells which one it is. */

import { threadId } from 'node:worker_threads';

export async function prepare(): Promise<number> {
  return threadId;
}
