import { type Engine, makeTestHome } from '../support/corpus/test-corpus.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { readRecordFile } from '../support/pubmed/ncbi-stand-in/record-reader.ts';
import { settle } from './settle.ts';
import { FIXTURES, STORY } from './story.ts';
import type { Answer, Env, Surface } from './surfaces.ts';

export interface Exchange {
  tool: string;
  params: Record<string, unknown>;
  /** Settled. */
  answer: unknown;
}

const records = await readRecordFile(new URL('../../data/sample-1000.xml.gz', import.meta.url));

/** The whole story on a corpus of its own, with the stand-in in NCBI's place. */
export async function playStory(
  open: (env: Env) => Promise<Surface>,
  engine: Engine = 'PGlite',
): Promise<Exchange[]> {
  await using ncbi = await startNcbiStandIn({ records, limits: false });
  const settings = {
    BIO_MCP_PUBMED_BASE_URL: ncbi.url,
    BIO_MCP_PUBMED_EMAIL: 'library@example.org',
    BIO_MCP_LOAD_DIR: FIXTURES,
  };
  await using home = await makeTestHome({ engine, settings });
  await using surface = await open(home.env);
  const kept = new Map<string, string>();
  const exchanges: Exchange[] = [];
  for (const { tool, params, keep = {} } of STORY) {
    const answer: Answer = await surface.call(tool, fillIn(params, kept));
    for (const [name, take] of Object.entries(keep)) {
      if (!answer.ok) throw new Error(`${tool} failed: ${answer.message}`);
      kept.set(name, take(answer.result as never)); // the step knows its tool's answer
    }
    const shown = settle(params, home.dataDir) as Record<string, unknown>; // params stay an object
    exchanges.push({ tool, params: shown, answer: settle(answer, home.dataDir) });
  }
  return exchanges;
}

function fillIn(params: Record<string, unknown>, kept: ReadonlyMap<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'string' && value.startsWith('$') ? kept.get(value.slice(1)) : value,
    ]),
  );
}
