import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { METRICS } from '../src/telemetry/metric-names.ts';
import { runCommand } from './support/processes/run-command.ts';

const ROOT = join(import.meta.dirname, '..');
const metrics = Object.values(METRICS).map(({ name }) => name as string);

for (const path of globSync('docs/runbooks/*.md', { cwd: ROOT })) {
  describe(path, () => {
    const text = readFileSync(join(ROOT, path), 'utf8');

    test('names commands that there are, with options that they have', async () => {
      for (const words of listCommands(text)) {
        const { help, options } = splitWords(words);
        const { code, stdout, stderr } = await runCommand([...help, '--help'], { env: {} });
        const [usage = ''] = stdout.split('\n');
        assert.equal(code, 0, `${words.join(' ')}: ${stderr}`);
        for (const word of help.slice(0, 2))
          assert.ok(usage.includes(` ${word}`), `${words.join(' ')}: ${usage}`);
        for (const option of options) assert.match(stdout, new RegExp(`(?:^| )${option}[ ,]`, 'm'));
      }
    });

    test('names metrics that there are', () => {
      for (const name of listMetrics(text))
        assert.ok(
          metrics.some((metric) => metric.startsWith(name)),
          `${name} is no metric`,
        );
    });
  });
}

test('a command, an option and a metric that there are not are found', () => {
  assert.deepEqual(
    listCommands(
      'Run `bio-mcp jobs lst --stat x`, or\n$ bio-mcp doctor\n$ bio-mcp status --json | jq -r .\n',
    ),
    [['jobs', 'lst', '--stat', 'x'], ['doctor'], ['status', '--json']],
  );
  assert.deepEqual(splitWords(['jobs', 'list', '--state', 'failed', '-n', '1']), {
    help: ['jobs', 'list'],
    options: ['--state', '-n'],
  });
  assert.deepEqual(listMetrics("grep -E '^bio_mcp_(ready|check_up)' bio_mcp_documents 3"), [
    'bio_mcp_ready',
    'bio_mcp_check_up',
    'bio_mcp_documents',
  ]);
});

/** What stands in code, or behind a prompt, from the word after `bio-mcp` to another program's. */
function listCommands(text: string): string[][] {
  const inCode = [...text.matchAll(/`bio-mcp ([^`]+)`/g)];
  const afterPrompt = [...text.matchAll(/^ *\$ bio-mcp (.+)$/gm)];
  return [...inCode, ...afterPrompt].map(([, words = '']) =>
    words
      .replace(/ \|.*$/, '')
      .trim()
      .split(/\s+/),
  );
}

/** The command's own words come before its first option. */
function splitWords(words: readonly string[]): { help: string[]; options: string[] } {
  const at = words.findIndex((word) => word.startsWith('-'));
  const help = at < 0 ? [...words] : words.slice(0, at);
  return { help, options: words.filter((word) => word.startsWith('-')) };
}

/** Those that a `grep` begins with count as far as they are told. */
function listMetrics(text: string): string[] {
  const each = text.replaceAll(/bio_mcp_\(([^)]*)\)/g, (_, names: string) =>
    names.replaceAll(/[^|]+/g, (name) => `bio_mcp_${name}`),
  );
  return [...each.matchAll(/bio_mcp_[a-z_]+/g)].map(([name]) => name);
}
