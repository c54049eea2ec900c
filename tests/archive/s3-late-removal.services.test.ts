import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ArchivePut } from '../../src/archive/archive.ts';
import { openS3Archive } from '../../src/archive/s3/s3-archive.ts';
import type { ArchiveKey } from '../../src/domain/corpus/archive-key.ts';
import { makeTestBucket, skipWithoutS3 } from '../support/services/s3-buckets.ts';

const { signal } = new AbortController();
const [OLD, NEW] = ['pubmed/raw/1.json.zst', 'pubmed/raw/1.json.gz'] as ArchiveKey[]; // any will do
const lost = new Error('the turn was lost');

describe('whoever lost its turn between a put and the removal of what it replaced', {
  skip: skipWithoutS3,
}, () => {
  for (const versioned of [true, false]) {
    test(`removes nothing that came meanwhile, ${versioned ? 'with' : 'without'} versions`, async () => {
      assert.ok(OLD !== undefined && NEW !== undefined);
      await using bucket = await makeTestBucket({ versioned });
      const archive = openS3Archive({ s3: bucket.s3, bucket: bucket.name, prefix: 'pubmed', kmsKeyId: null });
      const put = async (one: ArchivePut, requireTurn?: () => Promise<void>) => {
        const [result] = await archive.put([one], { signal, requireTurn });
        assert.ok(result !== undefined);
        return result.uri;
      };
      const seen = { uri: await put({ key: OLD, body: Buffer.from('seen'), replaces: null }), keep: null };

      let asked = 0;
      let came = 0;
      const loseTurn = async (last: number) => {
        asked++;
        if (asked < last) return;
        came++;
        const body = Buffer.from(`of whoever came after, ${came}`);
        await put({ key: OLD, body, replaces: { uri: seen.uri, keep: null } });
        throw lost;
      };
      // The first time is before its own put.
      const late = put({ key: NEW, body: Buffer.from('late'), replaces: seen }, () => loseTurn(2));
      await assert.rejects(late, lost);
      await assertLies('of whoever came after, 1');

      asked = 0;
      const clearing = archive.clear(seen, null, { signal, requireTurn: () => loseTurn(1) });
      await assert.rejects(clearing, lost);
      await assertLies('of whoever came after, 2');

      async function assertLies(body: string): Promise<void> {
        const found = await archive.findCurrent(OLD as ArchiveKey, { signal });
        assert.equal(found && Buffer.from(found.body).toString(), body);
      }
    });
  }
});
