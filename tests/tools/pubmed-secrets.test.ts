import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { decompress } from '../../src/archive/compression.ts';
import { API_KEY, openLiveApp } from '../support/http/live-app.ts';
import type { Fault } from '../support/pubmed/ncbi-stand-in/faults.ts';

const EMAIL = 'library@example.org';

describe('the API key', () => {
  test('is in no answer, no log line and no file of the corpus', async () => {
    const answers: unknown[] = [];
    let dataDir = '';
    {
      await using live = await openLiveApp();
      const { ncbi, home, lines, invoke } = live;
      dataDir = home.dataDir;
      const ask = async (tool: string, params: unknown) => void answers.push(await invoke(tool, params));
      const told: Fault = {
        kind: 'body',
        body: `{"esearchresult":{"ERROR":"Search Backend failed: api_key=${API_KEY}&x"}}`,
      };
      ncbi.faults.next({ fault: told, times: 1 });
      await ask('pubmed.search', { term: 'exercise', limit: 2 });
      ncbi.faults.next({ fault: { kind: 'reset' }, times: 1 });
      await ask('pubmed.get', { pmids: [40, 24, 999999999] });
      await ask('pubmed.related', { pmid: 40 });
      await ask('pubmed.cite', { pmid: 7567443 });
      await ask('corpus.status', {});
      ncbi.faults.next({ fault: { kind: 'status', status: 429, retryAfter: '60' }, times: 1 });
      await ask('pubmed.search', { term: 'exercise' });
      assert.ok(ncbi.requests.every(({ params }) => params.get('api_key') === API_KEY));
      assert.ok(ncbi.requests.every(({ params }) => params.get('email') === EMAIL));
      assert.ok(ncbi.requests.every(({ params }) => params.get('tool') === 'bio-mcp'));
      assert.ok(lines.length > 0);
      assertClean('the log', JSON.stringify(lines));
      const files = await listFiles(dataDir);
      const archived = files.filter(([name]) => /\.json(l)?\.zst$/.test(name));
      assert.ok(archived.length >= 3);
      for (const [name, bytes] of files) assertClean(name, Buffer.from(bytes).toString('latin1'));
      for (const [name, bytes] of archived) {
        const text = Buffer.from(decompress(bytes, name)).toString();
        assertClean(name, text);
        assert.ok(!text.includes(EMAIL), `${name} holds the address`);
      }
    }
    assertClean('the answers', JSON.stringify(answers));
  });
});

function assertClean(name: string, text: string): void {
  assert.ok(!text.includes(API_KEY), `${name} holds the key`);
}

async function listFiles(folder: string): Promise<[string, Uint8Array][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(names.map(async (name): Promise<[string, Uint8Array]> => [name, await readFile(name)]));
}
