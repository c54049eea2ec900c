import { type Corpus, openCorpus } from '../src/compose.ts';
import { parseConfig } from '../src/config/config.ts';
import { createPinoLogger } from '../src/telemetry/pino-logger.ts';
import { TOOLS } from '../src/tools/tools.ts';

export const NEVER = { signal: new AbortController().signal };

/** A corpus in `folder`, with the defaults and what `BIO_MCP_…` variables say: another index, embedder. */
export function openBenchCorpus(folder: string): Promise<Corpus> {
  const machine = { platform: process.platform, homeDir: '/', cores: 2 };
  const given = Object.entries(process.env).filter(([name]) => name.startsWith('BIO_MCP_'));
  const config = parseConfig({ ...Object.fromEntries(given), BIO_MCP_DATA_DIR: folder }, machine, TOOLS);
  const facts = { version: 'bench', uptimeSeconds: () => process.uptime() };
  const logger = createPinoLogger({ level: 'warn', service: 'bench', destination: 'stderr' });
  return openCorpus({ config, process: facts, logger, mode: 'use' }, NEVER);
}
