import { fileURLToPath } from 'node:url';
import type { CallTool } from './cli-actions.ts';

const SAMPLE = fileURLToPath(new URL('../../data/sample-1000.xml.gz', import.meta.url));
const QUESTION = 'Can games and exercise lower the risk of falls in older people?';

/** The first minute with bio-mcp: real records go in, and a question in plain words brings back what answers it. */
export async function runDemo(callTool: CallTool, stdout: NodeJS.WriteStream): Promise<void> {
  stdout.write('Loading 1,000 PubMed citations (courtesy of the U.S. National Library of Medicine)\n');
  await callTool('pubmed.load', { source: SAMPLE }, { view: 'load' });
  stdout.write(`\nQuestion: ${QUESTION}\n\n`);
  await callTool('rag.search', { query: QUESTION, top_k: 3 }, { view: 'search' });
  stdout.write(
    '\nAsk your own: bio-mcp search "…" (README.md tells how, and which data folder it searches)\n',
  );
}
