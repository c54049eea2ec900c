import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openOnnxEmbedder } from '../../../src/embedding/onnx-embedder.ts';
import { embedPassages } from '../../../src/ingest/prepare/embed-passages.ts';
import { orRequired } from '../../support/required.ts';
import { findMinilmModel } from '../../support/services/minilm-model.ts';

const found = findMinilmModel();
const skip = orRequired('missing' in found ? found.missing : false);
const { signal } = new AbortController();

test('a passage on which a local model ends with an error leaves the others their vectors', {
  skip,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-poisoned-model-'));
  try {
    await cp('folder' in found ? found.folder : '', folder, { recursive: true });
    await poison(folder);
    await using embedder = await openOnnxEmbedder({ model: folder });
    const texts = ['of honey', 'of milk', 'of aspirin'];
    const { vectors, refused } = await embedPassages(texts, embedder, { signal });

    assert.deepEqual([...refused.keys()], [1]);
    assert.match(refused.get(1) ?? '', /idx=99999|out of/i);
    const expected = await embedder.embed(['of honey', '', 'of aspirin'], 'passage', { signal });
    assert.deepEqual(vectors, expected);
  } finally {
    await rm(folder, { recursive: true });
  }
});

/** The token "milk" becomes a number beyond the model's table of tokens. */
async function poison(folder: string): Promise<void> {
  const name = (await readdir(folder)).find((one) => one.endsWith('tokenizer.json')) ?? '';
  const tokenizer = JSON.parse(await readFile(join(folder, name), 'utf8'));
  tokenizer.model.vocab.milk = 99_999;
  await writeFile(join(folder, name), JSON.stringify(tokenizer));
}
