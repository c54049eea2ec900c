/**
 * `node scripts/tool-examples.ts [TOOL…]`: calls each tool with the params of its file in docs/tool-examples/
 * on a corpus of the sample that ships with the project, and writes its real answer there, long lists and
 * texts cut. Then run `make documents`.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCorpus } from '../src/compose.ts';
import { parseConfig } from '../src/config/config.ts';
import { createPinoLogger } from '../src/telemetry/pino-logger.ts';
import { createCatalogue } from '../src/tools/catalogue.ts';
import { runTool } from '../src/tools/define-tool.ts';
import { TOOLS } from '../src/tools/tools.ts';
import { readExample } from './tool-pages.ts';

const FOLDER = new URL('../docs/tool-examples/', import.meta.url);
const SAMPLE = 'data/sample-1000.xml.gz';
const MOST_ENTRIES = 2;
const MOST_CHARACTERS = 240;
/** What differs from run to run or from machine to machine is written as this reader would see it. */
const DATA_DIR_SHOWN = '/home/you/.local/share/bio-mcp';

const catalogue = createCatalogue(TOOLS);
const signal = new AbortController().signal;
const logger = createPinoLogger({ level: 'error', service: 'examples', destination: 'stderr' });
const dataDir = await mkdtemp(join(tmpdir(), 'bio-mcp-examples-'));
const config = parseConfig(
  { BIO_MCP_DATA_DIR: dataDir },
  { platform: process.platform, homeDir: '/home/you', cores: 2 },
  TOOLS,
);
{
  const facts = { version: '0.1.0', uptimeSeconds: () => 12.3 };
  await using corpus = await openCorpus({ config, process: facts, mode: 'use', logger }, { signal });
  const call = (name: string, params: unknown) =>
    runTool(catalogue.get(name), params, {
      services: corpus.services,
      signal,
      traceId: '0'.repeat(32),
      logger,
      surface: 'cli',
    });
  const loaded = await call('pubmed.load', { source: SAMPLE });
  const wanted = process.argv.slice(2);
  for (const file of await readdir(FOLDER)) {
    const name = file.replace(/\.json$/, '');
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const { params } = readExample(name);
    const answer = name === 'pubmed.load' ? loaded : await call(name, params);
    const result = JSON.parse(JSON.stringify(cut(answer)).replaceAll(dataDir, DATA_DIR_SHOWN));
    await writeFile(new URL(file, FOLDER), `${JSON.stringify({ params, result }, null, 2)}\n`);
  }
}
await rm(dataDir, { recursive: true });

function cut(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value;
  if (Array.isArray(value)) return value.slice(0, MOST_ENTRIES).map(cut);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cut(member)]));
}
