import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, test } from 'node:test';
import { toConsoleAddress } from '../../src/cli/commands/serve.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { startCommand } from '../support/processes/command-process.ts';

describe('serve --open', () => {
  test('shows the console in the user’s browser once it answers', {
    skip: process.platform !== 'linux',
  }, async () => {
    await using home = await makeTestHome();
    // A browser whose opening is an event: it writes the address into a pipe.
    const folder = join(home.dataDir, '..', 'bin');
    const opened = join(folder, 'opened');
    await mkdir(folder);
    execFileSync('mkfifo', [opened]);
    await writeFile(join(folder, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > '${opened}'\n`, { mode: 0o755 });
    const PATH = `${folder}${delimiter}${process.env.PATH}`;
    await using server = startCommand({ ...home.env, PATH, BIO_MCP_HTTP_PORT: '0' }, 'serve', '--open');
    const { url } = await server.line((line) => typeof line.url === 'string');
    const page = await readFile(opened, 'utf8');
    assert.equal(page, `${url}/ui`);
    const { status, headers } = await fetch(page, { headers: { accept: 'text/html' } });
    assert.deepEqual([status, headers.get('content-type')], [200, 'text/html; charset=utf-8']);
  });

  test('goes to this machine where the server listens at all of its addresses', () => {
    assert.equal(toConsoleAddress('http://0.0.0.0:8080'), 'http://127.0.0.1:8080/ui');
    assert.equal(toConsoleAddress('http://[::]:8080'), 'http://[::1]:8080/ui');
    assert.equal(toConsoleAddress('https://papers.example.org'), 'https://papers.example.org/ui');
  });
});
