import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { runCommand } from '../support/processes/run-command.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
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

test('the help of the program ends with its exit codes', async () => {
  const { code, stdout } = await runCommand(['--help'], { env: {} });
  assert.equal(code, 0);
  assert.match(stdout, /\n\nExit codes: 0 done, 1 failed .*, 2 wrong usage or\nsettings, 130 [^\n]*\n$/);
});

const MEANT = [
  { words: ['cite', '7'], hint: 'bio-mcp pubmed cite' },
  { words: ['diff', 'a', 'b'], hint: 'bio-mcp checkpoint diff' },
  { words: ['list'], hint: 'bio-mcp checkpoint list or bio-mcp jobs list or bio-mcp token list' },
  { words: ['find', 'falls'], hint: 'bio-mcp search' },
  { words: ['rebuild'], hint: 'bio-mcp reindex' },
  { words: ['checkpoint', 'compare', 'a', 'b'], hint: 'bio-mcp checkpoint diff' },
];

test('who takes a word of another program for a command is told the one that is meant', async () => {
  for (const { words, hint } of MEANT) {
    const { code, stderr } = await runCommand(words, { env: {} });
    assert.equal(code, 2);
    assert.ok(stderr.includes(`(Did you mean ${hint}?)\n`), stderr);
  }
  assert.doesNotMatch((await runCommand(['xyzzy'], { env: {} })).stderr, /Did you mean/);
});

test('a command that reaches no database says what to do, and what the system said', async () => {
  const env = { BIO_MCP_DATABASE_URL: 'postgres://ada:s3cret@127.0.0.1:1/corpus' };
  const { code, stderr } = await runCommand(['migrate'], { env });
  assert.equal(code, 1);
  assert.match(stderr, /^bio-mcp: Start PostgreSQL, or correct host and port in BIO_MCP_DATABASE_URL/);
  assert.match(stderr, /\n {2}\(the database failed: connect ECONNREFUSED 127\.0\.0\.1:1\)\n$/);
  assert.doesNotMatch(stderr, /s3cret/);
});

test('an answer that goes to a full disk is told in a sentence', {
  skip: process.platform === 'linux' ? false : 'only Linux has /dev/full',
}, () => {
  const full = openSync('/dev/full', 'w');
  try {
    const words = [MAIN, '--help'];
    const { status, stderr } = spawnSync(process.execPath, words, { stdio: ['ignore', full, 'pipe'] });
    assert.equal(status, 1);
    const sentence = 'bio-mcp: the answer cannot be written to where it is to go (ENOSPC)\n';
    assert.equal(String(stderr), sentence);
  } finally {
    closeSync(full);
  }
});

test('a command whose stderr goes to a full disk ends as it would with another', {
  skip: process.platform === 'linux' ? false : 'only Linux has /dev/full',
}, () => {
  const full = openSync('/dev/full', 'w');
  try {
    const words = [MAIN, 'no-command'];
    assert.equal(spawnSync(process.execPath, words, { stdio: ['ignore', 'ignore', full] }).status, 2);
  } finally {
    closeSync(full);
  }
});
