import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from '../support/run-command.ts';

const ASKED = [
  { words: ['search'], help: 'bio-mcp search --help tells its words and options' },
  { words: ['checkpoint', 'git'], help: 'bio-mcp checkpoint --help lists its commands' },
  { words: ['serch'], help: 'bio-mcp --help lists the commands' },
];

test('whoever uses a command wrongly is led to its own help', async () => {
  for (const { words, help } of ASKED) {
    const { code, stderr } = await runCommand(words, { env: {} });
    assert.equal(code, 2);
    assert.ok(stderr.endsWith(`(${help})\n`), stderr);
  }
});
