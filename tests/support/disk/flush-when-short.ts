/**
 * A process that flushes a folder while it has no descriptor left, then with some again, and tells what came
 * of either. Usage, below a limit of some hundred descriptors: node flush-when-short.ts FOLDER
 */
import { closeSync, openSync } from 'node:fs';
import { createFolderFlusher } from '../../../src/disk/folder-flusher.ts';

const [folder = ''] = process.argv.slice(2);
const { signal } = new AbortController();
await using flusher = createFolderFlusher([folder]);
const taken: number[] = [];
try {
  for (;;) taken.push(openSync('/dev/null', 'r'));
} catch {
  // None is left.
}
const flush = () =>
  flusher.flush({ signal }).catch((error: { code?: string }) => error.code ?? String(error));
const short = await flush();
for (const descriptor of taken) closeSync(descriptor);
const then = await flush();
process.stdout.write(`${JSON.stringify({ short, then })}\n`);
