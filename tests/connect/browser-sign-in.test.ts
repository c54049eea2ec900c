import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openBrowserSignIn } from '../../src/connect/browser-sign-in.ts';
import { createSignInFile } from '../../src/connect/sign-in-file.ts';

test('whatever asks at the port of a sign-in, it goes on', async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-sign-in-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const { provider, waitForAnswer } = stack.use(
    await openBrowserSignIn({
      url: new URL('http://127.0.0.1:1/mcp'),
      file: createSignInFile(join(folder, 'sign-in.json')),
      client: null,
      openBrowser: () => assert.fail('a page was opened'),
    }),
  );
  const { origin } = new URL(String(provider.redirectUrl));
  const state = await provider.state?.();
  for (const address of ['//', '/', '/callback', '/callback?code=1&state=', '/callback?code=1&state=other']) {
    const { status } = await fetch(`${origin}${address}`);
    assert.deepEqual([address, status], [address, 404]);
  }
  const answered = await fetch(`${provider.redirectUrl}?code=1&state=${state}`);
  assert.equal(answered.status, 200);
  assert.equal((await waitForAnswer({ signal: new AbortController().signal })).get('code'), '1');
});
