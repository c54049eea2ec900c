import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { CommandInputs } from './command-inputs.ts';
import { toConsoleAddress } from './serve.ts';

const SAMPLE = fileURLToPath(new URL('../../../data/sample-1000.xml.gz', import.meta.url));
const QUESTION = 'Can games and exercise lower the risk of falls in older people?';

export function addDemo(program: Command, inputs: CommandInputs): void {
  program
    .command('demo')
    .description('load the 1,000 citations that ship with bio-mcp and ask them one question')
    .action(() => runDemo(inputs));
}

/**
 * The first minute with bio-mcp: real records go in, and a question in plain words brings back
 * what answers it.
 */
async function runDemo({ config, callTool, stdout }: CommandInputs): Promise<void> {
  stdout.write('Loading 1,000 PubMed citations (courtesy of the U.S. National Library of Medicine)\n');
  await callTool('pubmed.load', { source: SAMPLE }, {});
  stdout.write(`\nQuestion: ${QUESTION}\n\n`);
  await callTool('rag.search', { query: QUESTION, top_k: 3 }, {});
  const { dataDir } = config;
  stdout.write(`\nThis corpus lies in ${dataDir}; BIO_MCP_DATA_DIR=${dataDir} makes every command use it.\n`);
  stdout.write('Ask your own: bio-mcp search "…" (README.md tells how)\n');
  const page = toConsoleAddress(`http://127.0.0.1:${config.http.port}`);
  stdout.write(`Or in your browser: bio-mcp serve --open, which shows ${page}\n`);
}
