/**
 * `node scripts/image/run.ts [--env-file FILE] [--data FOLDER] IMAGE [WORD …]`: what `docker run --rm` does,
 * where there is no Docker: the image's command in a container of its own, until it ends. It shares the
 * host's network; Ctrl-C is its SIGTERM. Without `--data`, `/data` is a folder that goes with it.
 */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, parseEnv } from 'node:util';
import { runContainer } from './container.ts';

const { values, positionals } = parseArgs({
  // The words after the image are the container's.
  args: process.argv.slice(2, 2 + countOwn(process.argv.slice(2))),
  options: { 'env-file': { type: 'string' }, data: { type: 'string' } },
  allowPositionals: true,
});
const [image = 'bio-mcp:development'] = positionals;
const words = process.argv.slice(2 + countOwn(process.argv.slice(2)));
const envFile = values['env-file'];
const kept = values.data ?? mkdtempSync(join('/tmp', 'bio-mcp-data-'));

const container = runContainer(image, {
  data: kept,
  ...(envFile === undefined
    ? {}
    : { env: parseEnv(readFileSync(envFile, 'utf8')) as Record<string, string> }),
  ...(words.length === 0 ? {} : { args: words }),
});
container.process.stdout?.pipe(process.stdout);
container.process.stderr?.pipe(process.stderr);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => container.kill('SIGTERM'));
const [code] = await once(container.process, 'close');
container.remove();
if (values.data === undefined) rmSync(kept, { recursive: true, force: true });
process.exitCode = code ?? 1;

/** How many words stand before the container's: the options, each with its value, and the image. */
function countOwn(given: readonly string[]): number {
  let at = 0;
  while (given[at]?.startsWith('--')) at += given[at]?.includes('=') ? 1 : 2;
  return at + 1;
}
