/**
 * A process that loads as `bio-mcp load` does, and makes a folder in `marks` for everything that it was told:
 * so whoever records its calls of the system sees what came before each answer.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openCorpus } from '../../../src/compose.ts';
import { parseConfig } from '../../../src/config/config.ts';
import { TOOLS } from '../../../src/tools/tools.ts';
import { silentLogger } from '../telemetry/silent-logger.ts';

export interface MarkedLoad {
  env: Record<string, string>;
  /** One load after the other, each of these files. */
  loads: string[][];
  /** There already, and empty. */
  marks: string;
}

const { env, loads, marks }: MarkedLoad = JSON.parse(process.argv[2] ?? '');
const { signal } = new AbortController();
const config = parseConfig(env, { platform: 'linux', homeDir: marks, cores: 1 }, TOOLS);
const facts = { version: '0.0.0', uptimeSeconds: () => 0 };
const corpus = await openCorpus({ config, process: facts, logger: silentLogger(), mode: 'use' }, { signal });
for (const [at, sources] of loads.entries()) {
  const onProgress = ({ fetched }: { fetched: number }) => {
    if (fetched > 0) mkdirSync(join(marks, `${at}-${fetched}`), { recursive: true });
  };
  await corpus.services.loadFiles({ sources, surface: 'cli', onProgress }, { signal });
  mkdirSync(join(marks, `${at}-loaded`));
}
await corpus[Symbol.asyncDispose]();
