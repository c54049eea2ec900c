import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openOnnxEmbedder } from '../../src/embedding/onnx-embedder.ts';
import { ValidationError } from '../../src/errors/bio-mcp-error.ts';
import { describeEmbedder } from '../conformance/embedder.ts';
import { orRequired } from '../support/required.ts';
import { findMinilmModel } from '../support/services/minilm-model.ts';

const found = findMinilmModel();
const folder = 'folder' in found ? found.folder : '';
const skip = orRequired('missing' in found ? found.missing : false);

describeEmbedder('onnx', () => openOnnxEmbedder({ model: folder }), { skip });

describe('onnx with all-MiniLM-L6-v2', { skip }, () => {
  test('is named after its file of weights, wherever the folder lies', async () => {
    await using scratch = await openScratch();
    await cp(folder, join(scratch.path, 'elsewhere'), { recursive: true });
    await using embedder = await openOnnxEmbedder({ model: folder });
    await using moved = await openOnnxEmbedder({ model: join(scratch.path, 'elsewhere') });

    assert.equal(embedder.id, 'onnx:all-minilm-l6-v2-q:384:afdb6f1a0e45');
    assert.equal(moved.id, embedder.id);
  });

  test('answers the vector that sentence-transformers answers', async ({ signal }) => {
    await using embedder = await openOnnxEmbedder({ model: folder });

    const vectors = await embedder.embed(
      ['This is an example sentence', 'Each sentence is converted'],
      'query',
      { signal },
    );

    // The example of https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2; the weights
    // here are quantised.
    const published = [0.0676569, 0.0634959, 0.0487131];
    for (const [at, value] of published.entries())
      assert.ok(Math.abs((vectors[at] ?? 0) - value) < 0.02, `${vectors[at]}`);
  });

  test('reads a folder in the layout of the Hugging Face hub alike', async ({ signal }) => {
    await using scratch = await openScratch();
    const hub = join(scratch.path, 'all-minilm-l6-v2-q');
    await cp(folder, hub, { recursive: true });
    await mkdir(join(hub, 'onnx'));
    for (const name of await readdir(hub)) {
      if (name.endsWith('.onnx')) await rename(join(hub, name), join(hub, 'onnx', 'model.onnx'));
      if (name.endsWith('tokenizer.json')) await rename(join(hub, name), join(hub, 'tokenizer.json'));
    }
    await writeFile(
      join(hub, 'config.json'),
      JSON.stringify({ model_type: 'bert', max_position_embeddings: 512 }),
    );
    await using expected = await openOnnxEmbedder({ model: folder });
    await using embedder = await openOnnxEmbedder({ model: hub });

    assert.equal(embedder.id, expected.id);
    assert.deepEqual(
      await embedder.embed(['aspirin'], 'query', { signal }),
      await expected.embed(['aspirin'], 'query', { signal }),
    );
  });

  test('fetches a model id once and then works without the network', async ({ signal }) => {
    await using scratch = await openScratch();
    const files: Record<string, string | Buffer> = {
      'config.json': JSON.stringify({ model_type: 'bert', max_position_embeddings: 512 }),
      'tokenizer_config.json': JSON.stringify({ tokenizer_class: 'BertTokenizer', pad_token: '[PAD]' }),
      'tokenizer.json': await readFile(join(folder, 'all-minilm-l6-v2-q-tokenizer.json')),
      'onnx/model.onnx': await readFile(join(folder, 'all-minilm-l6-v2-q.onnx')),
    };
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const path = request.url?.split('/resolve/main/')[1] ?? '';
      const body = files[path];
      asked.push(path);
      response.writeHead(body === undefined ? 404 : 200, { 'content-length': Buffer.byteLength(body ?? '') });
      response.end(request.method === 'HEAD' ? undefined : body);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const model = {
      model: 'someone/minilm',
      cacheFolder: scratch.path,
      hubUrl: `http://127.0.0.1:${address.port}/`,
    };
    let first: Float32Array;
    try {
      await using embedder = await openOnnxEmbedder(model);
      assert.equal(embedder.id, 'onnx:minilm:384:afdb6f1a0e45');
      first = await embedder.embed(['aspirin'], 'query', { signal });
      assert.ok(asked.includes('onnx/model.onnx'));
    } finally {
      server.closeAllConnections();
      server.close();
    }

    await using again = await openOnnxEmbedder(model);

    assert.deepEqual(await again.embed(['aspirin'], 'query', { signal }), first);
  });

  test('names the folder and the file when the weights are damaged', async () => {
    await using scratch = await openScratch();
    await cp(folder, scratch.path, { recursive: true });
    await writeFile(join(scratch.path, 'all-minilm-l6-v2-q.onnx'), 'damaged');

    await assert.rejects(openOnnxEmbedder({ model: scratch.path }), (error: unknown) => {
      assert.ok(error instanceof ValidationError);
      assert.ok(error.message.includes(scratch.path));
      assert.match(error.message, /all-minilm-l6-v2-q\.onnx, which cannot be loaded/);
      return true;
    });
  });
});

async function openScratch(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'bio-mcp-onnx-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
