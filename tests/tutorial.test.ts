import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { makeTestHome } from './support/corpus/test-corpus.ts';
import { runCommand } from './support/processes/run-command.ts';

const ROOT = join(import.meta.dirname, '..');
const CHECKPOINT = /^checkpoint +([0-9a-f-]{36})$/m;
/**
 * What the tutorial states, wherever it shows it: numbers of records, documents, changes,
 * titles, revisions, hashes.
 */
const FACT =
  /^(\d+ records?: .* searchable\.|(All|The one) .* skipped\.( \d+ left, [^.]*\.)?|\d+\. .*|\d+ (entered|changed|left)| {2}pmid:.*|\d+ retracted paper.*|(documents|retracted|status|revision|sha256) +\S+.*|bio-mcp: .*|\d+ requests, .*|\d+ records)/;

interface Step {
  command: string;
  shown: string;
}

function readSteps(tutorial: string): Step[] {
  const blocks = [...tutorial.matchAll(/```console\n([\s\S]*?)```/g)].map(([, block = '']) => block);
  return blocks
    .flatMap((block) => block.split(/^(?=[$>] )/m))
    .map((text) => {
      const [command = '', ...lines] = text.split('\n');
      return { command, shown: lines.join('\n') };
    });
}

/** As a shell splits them: no command of the tutorial asks more of it than quotes. */
function toWords(command: string): string[] {
  assert.match(command, /^bio-mcp( [\w:/.-]+| '[^']*')+$/);
  const [, ...words] = [...command.matchAll(/'([^']*)'|[^ ]+/g)].map(([word, quoted]) => quoted ?? word);
  return words;
}

function findFacts(output: string): string[] {
  return output
    .split('\n')
    .map((line) => FACT.exec(line)?.[1] ?? null)
    .filter((fact) => fact !== null);
}

test('every command of the tutorial does what the tutorial states', async () => {
  const steps = readSteps(await readFile(join(ROOT, 'docs/tutorial.md'), 'utf8'));
  assert.ok(steps.length >= 20, `${steps.length} commands`);
  const server = spawn(process.execPath, ['tests/support/pubmed/ncbi-stand-in/serve.ts'], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(server, 'exit');
  try {
    const answers = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
    const nextAnswer = async (): Promise<string> => String((await answers.next()).value);
    const url = await nextAnswer();
    const settings = { BIO_MCP_PUBMED_BASE_URL: url, BIO_MCP_PUBMED_EMAIL: 'you@example.org' };
    await using home = await makeTestHome({ settings });
    const ids = new Map<string, string>();
    // The day at NCBI, which the tutorial's reader types as today's date.
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' })
      .format(new Date())
      .replaceAll('-', '/');
    for (const { command, shown } of steps) {
      let text = command.slice(2);
      for (const [theirs, ours] of ids) text = text.replaceAll(theirs, ours);
      let output: string;
      if (command.startsWith('> ')) {
        server.stdin.write(`${text.replace(/\d{4}\/\d\d\/\d\d/, today)}\n`);
        output = await nextAnswer();
      } else {
        const { stdout, stderr } = await runCommand(toWords(text), home);
        output = stdout + stderr;
      }
      const [theirs, ours] = [CHECKPOINT.exec(shown)?.[1], CHECKPOINT.exec(output)?.[1]];
      if (theirs !== undefined && ours !== undefined) ids.set(theirs, ours);
      const facts = findFacts(output);
      for (const fact of findFacts(shown))
        assert.ok(facts.includes(fact), `${command}\n${fact}\n--\n${output}`);
    }
    assert.equal(ids.size, 2);
  } finally {
    server.stdin.end();
    server.kill();
    await exited;
  }
});
