/**
 * Run as a process of its own: rebuilds the corpus of the environment's settings and says each
 * step on stdout.
 */
import { openCorpus } from '../../../src/compose.ts';
import { readConfig } from '../../../src/config/config.ts';
import { TOOLS } from '../../../src/tools/tools.ts';
import { silentLogger } from '../../support/telemetry/silent-logger.ts';

const { signal } = new AbortController();
const facts = { version: '0.0.0', uptimeSeconds: () => 0 };
const config = readConfig(TOOLS);
await using corpus = await openCorpus(
  { config, process: facts, logger: silentLogger(), mode: 'reindex' },
  { signal },
);
await corpus.services.reindexCorpus(
  { onProgress: ({ message }) => process.stdout.write(`${message}\n`) },
  { signal },
);
