import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { UPDATE_FILES } from '../../support/corpus/filled-corpus.ts';
import { dumpContent, makeTestHome, type TestHome } from '../../support/corpus/test-corpus.ts';
import { makeTestBucket, s3Endpoint, skipWithoutS3 } from '../../support/services/s3-buckets.ts';

describe('pubmed.load from S3', { skip: skipWithoutS3 }, () => {
  test('a folder of a bucket gives what the same files give from the disk, and is asked once', async () => {
    await using bucket = await makeTestBucket({ versioned: false });
    const { client, sdk } = bucket.s3;
    for (const path of UPDATE_FILES.slice(2)) {
      const Body = await readFile(path);
      const md5 = createHash('md5').update(Body).digest('hex');
      const Key = `mirror/updatefiles/${basename(path)}`;
      await client.send(new sdk.PutObjectCommand({ Bucket: bucket.name, Key, Body }));
      const note = { Bucket: bucket.name, Key: `${Key}.md5`, Body: `MD5(${basename(path)})= ${md5}\n` };
      await client.send(new sdk.PutObjectCommand(note));
    }
    const source = `s3://${bucket.name}/mirror/updatefiles/`;
    await using home = await makeTestHome({
      engine: 'PGlite',
      settings: { BIO_MCP_S3_ENDPOINT: s3Endpoint },
    });
    await using local = await makeTestHome({ engine: 'PGlite' });

    const files = await listFiles(home, source);
    const run = await home.load(source);
    const wanted = await local.load(...UPDATE_FILES.slice(2));
    const again = await home.load(source);

    const folder = 'updatefiles';
    const parts = UPDATE_FILES.slice(2).map((path) => ({ source: `${source}${basename(path)}`, folder }));
    assert.deepEqual(files, parts, 'each file is a source of its own');
    assert.deepEqual(await listFiles(home, source), [], 'nothing of it is new any more');
    assert.deepEqual(
      [run.archived, run.indexed, run.failed],
      [wanted.archived, wanted.indexed, wanted.failed],
    );
    assert.deepEqual(await dumpContent(home), await dumpContent(local));
    assert.deepEqual([again.found, again.archived], [0, 0]);
    assert.deepEqual(await readdir(join(home.dataDir, 'downloads')), []);
  });
});

async function listFiles(home: TestHome, source: string) {
  await using corpus = await home.open();
  const request = { sources: [source], surface: 'cli', onProgress: () => undefined } as const;
  return await corpus.services.listFiles(request, { signal: new AbortController().signal });
}
