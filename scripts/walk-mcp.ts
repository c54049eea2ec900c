/**
 * `node scripts/walk-mcp.ts [--write | --check] [--program PATH]`: what an assistant gets over MCP on the
 * demo corpus. Asks some questions and walks the prompts to their end, prints both as Markdown, and with
 * `--write` puts them into docs/mcp.md. `--check` asks the questions alone, and fails with the lines that the
 * document has otherwise. `--program` is the `src/main.ts` of another version, to compare: of an old one the
 * prompts are not walked.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { startNcbiStandIn } from '../tests/support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { readRecordFile } from '../tests/support/pubmed/ncbi-stand-in/record-reader.ts';
import { askQuestions } from './walk/ask-questions.ts';
import { walkPrompts } from './walk/walk-prompts.ts';

const DOCUMENT = new URL('../docs/mcp.md', import.meta.url);
const SAMPLE = new URL('../data/sample-1000.xml.gz', import.meta.url);

const { values } = parseArgs({
  options: {
    write: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    program: { type: 'string', default: new URL('../src/main.ts', import.meta.url).pathname },
  },
});
const own = new URL('../src/main.ts', import.meta.url).pathname;
const folder = await mkdtemp(join(tmpdir(), 'walk-mcp-'));
await using stack = new AsyncDisposableStack();
stack.defer(() => rm(folder, { recursive: true }));
const ncbi = stack.use(await startNcbiStandIn({ records: await readRecordFile(SAMPLE), limits: false }));
const env = {
  PATH: process.env.PATH ?? '',
  HOME: folder,
  BIO_MCP_DATA_DIR: join(folder, 'data'),
  BIO_MCP_LOG_LEVEL: 'error',
  BIO_MCP_PUBMED_BASE_URL: ncbi.url,
  BIO_MCP_PUBMED_EMAIL: 'library@example.org',
};
await promisify(execFile)(process.execPath, [values.program, 'demo'], { env });
const client = new Client({ name: 'assistant', version: '1.0.0' });
const command = { command: process.execPath, args: [values.program, 'stdio'], env };
await client.connect(new StdioClientTransport({ ...command, stderr: 'inherit' }));
stack.defer(() => client.close());
const sections = {
  questions: await askQuestions(client, ncbi.library),
  prompts: values.program === own && !values.check ? await walkPrompts(client) : '',
};
if (values.check) await checkQuestions(sections.questions);
else for (const section of Object.values(sections)) process.stdout.write(`${section}\n\n`);
if (values.write) {
  let text = await readFile(DOCUMENT, 'utf8');
  for (const [name, section] of Object.entries(sections)) {
    const place = toPlace(name);
    if (!place.test(text)) throw new Error(`docs/mcp.md has no place for ${name}`);
    text = text.replace(place, (_all, start, _before, end) => `${start}${section}\n${end}`);
  }
  await writeFile(DOCUMENT, text);
}

async function checkQuestions(asked: string): Promise<void> {
  const document = await readFile(DOCUMENT, 'utf8');
  const written = toPlace('questions').exec(document)?.[2]?.trimEnd().split('\n') ?? [];
  const lines = asked.split('\n');
  const other = lines.flatMap((line, at) =>
    line === written[at] ? [] : [`line ${at + 1}: ${line}\n  docs/mcp.md has: ${written[at] ?? 'nothing'}`],
  );
  if (other.length === 0 && lines.length === written.length) return;
  process.exitCode = 1;
  const remedy = 'docs/mcp.md has other answers: node scripts/walk-mcp.ts --write writes them anew.';
  process.stdout.write(`${[remedy, ...other.slice(0, 5)].join('\n')}\n`);
}

function toPlace(name: string): RegExp {
  return new RegExp(`(<!-- ${name} -->\n)([\\s\\S]*?)(<!-- end of ${name} -->)`);
}
