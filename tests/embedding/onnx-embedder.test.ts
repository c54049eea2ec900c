import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { openOnnxEmbedder } from '../../src/embedding/onnx-embedder.ts';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';

describe('onnx without a usable model', () => {
  test('says what to do when a model id cannot be fetched', async () => {
    await using scratch = await openScratch();
    const unreachable = { cacheFolder: scratch.path, hubUrl: 'http://127.0.0.1:9/' };

    await assert.rejects(openOnnxEmbedder({ model: 'someone/minilm', ...unreachable }), (error: unknown) => {
      assert.ok(error instanceof BioMcpError);
      assert.equal(error.code, 'EMBEDDINGS_UNAVAILABLE');
      assert.match(error.hint, /could not be fetched: check the network/);
      return true;
    });
  });

  test('names a folder that does not exist', async () => {
    await assert.rejects(
      openOnnxEmbedder({ model: '/nowhere/minilm' }),
      /The model folder \/nowhere\/minilm cannot be read/,
    );
  });

  test('names what a folder lacks', async () => {
    await using scratch = await openScratch();
    await assert.rejects(openOnnxEmbedder({ model: scratch.path }), /holds no file named \*\.onnx/);

    await writeFile(join(scratch.path, 'model.onnx'), '');
    await assert.rejects(openOnnxEmbedder({ model: scratch.path }), /holds no file named \*tokenizer\.json/);

    await writeFile(join(scratch.path, 'tokenizer.json'), '{');
    await assert.rejects(
      openOnnxEmbedder({ model: scratch.path }),
      /holds tokenizer\.json, which is no JSON/,
    );
  });

  test('names the candidates when a folder holds several files of weights', async () => {
    await using scratch = await openScratch();
    for (const name of ['a.onnx', 'b.onnx']) await writeFile(join(scratch.path, name), '');

    await assert.rejects(
      openOnnxEmbedder({ model: scratch.path }),
      /several files named \*\.onnx: a\.onnx, b\.onnx/,
    );
  });

  test('refuses a name that is neither a folder nor a model id', async () => {
    await assert.rejects(
      openOnnxEmbedder({ model: 'a/b/c' }),
      /a\/b\/c does not exist, and its name is no model id/,
    );
  });

  test('says what to install when Transformers.js is missing', async () => {
    const importTransformers = () => import(`@huggingface/${basename('no-such-package')}`);

    await assert.rejects(openOnnxEmbedder({ model: '/nowhere', importTransformers }), (error: unknown) => {
      assert.ok(error instanceof BioMcpError);
      assert.equal(error.code, 'EMBEDDINGS_UNAVAILABLE');
      assert.match(error.hint, /npm install @huggingface\/transformers@/);
      return true;
    });
  });
});

async function openScratch(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'bio-mcp-onnx-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
