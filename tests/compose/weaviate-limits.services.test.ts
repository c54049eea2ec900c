import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BioMcpError, ERROR_CODES } from '../../src/errors/bio-mcp-error.ts';
import { askUntil } from '../support/awaited.ts';
import { dumpContent, findPmids, search } from '../support/corpus/test-corpus.ts';
import { mountTinyDisk, type TinyDisk, whyNoTinyDisk } from '../support/disk/tiny-disk.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';
import { type OwnWeaviate, type Shard, startOwnWeaviate } from '../support/services/own-weaviate.ts';
import { findTestService } from '../support/services/services.ts';
import { makeWeaviateHome } from '../support/services/weaviate-home.ts';

const skip = findTestService('TEST_WEAVIATE_URL').skip || whyNoTinyDisk();
const { signal } = new AbortController();
const KILOBYTES = 65_536;
const POLL_MS = 100;
const TAKES_NO_WRITES = {
  code: 'WEAVIATE_UNAVAILABLE',
  hint: /^Weaviate takes no writes, .*give it space, set its shards to READY, and the work goes on/,
};

describe('a Weaviate at its limits', { skip }, () => {
  let disk: TinyDisk;
  let weaviate: OwnWeaviate;
  before(async () => {
    disk = mountTinyDisk({ kilobytes: KILOBYTES });
    // One search for one word at a time, and read-only once half the disk is used.
    const env = { MAXIMUM_CONCURRENT_GET_REQUESTS: '3', DISK_USE_READONLY_PERCENTAGE: '50' };
    weaviate = await startOwnWeaviate({ folder: disk.path, env });
  });
  after(async () => {
    await weaviate?.[Symbol.asyncDispose]();
    disk?.[Symbol.dispose]();
  });

  test('more searches than it takes at once: each is answered in full, or says to try again later', async () => {
    await using home = await makeWeaviateHome({ server: weaviate.server });
    await home.load(await home.write('1.xml', setXml(articleXml({ pmid: 1, title: 'Of wombats.' }))));
    await using corpus = await home.open();
    const askMany = async () => {
      const asked = Array.from({ length: 150 }, () =>
        search(corpus, { query: 'wombats', search_mode: 'hybrid' }),
      );
      const refusals: unknown[] = [];
      for (const answer of await Promise.allSettled(asked)) {
        if (answer.status === 'rejected') refusals.push(answer.reason);
        else
          assert.deepEqual(
            answer.value.documents.map(({ pmid }) => pmid),
            ['1'],
          );
      }
      return refusals.length === 0 ? null : refusals;
    };
    const refusals = await askUntil(askMany, { what: 'a refusal', pauseMs: 0 });
    for (const refusal of refusals) {
      assert.ok(refusal instanceof BioMcpError, String(refusal));
      assert.equal(refusal.code, 'WEAVIATE_UNAVAILABLE');
      assert.match(refusal.hint, /more to do than it can/);
      assert.match(refusal.message, /429 Too many requests/);
    }
    assert.deepEqual(await findPmids(corpus, 'wombats'), ['1']);
  });

  test('a full disk: the load fails retryably and says what to do; with space it goes on as if nothing had been', async () => {
    const first = setXml(...[1, 2, 3].map((pmid) => articleXml({ pmid, title: 'Of wombats.' })));
    const second = setXml(...[3, 4, 5].map((pmid) => articleXml({ pmid, title: 'Of wallabies.' })));
    await using undisturbed = await makeWeaviateHome();
    await undisturbed.load(await undisturbed.write('1.xml', first));
    await undisturbed.load(await undisturbed.write('2.xml', second));
    await using home = await makeWeaviateHome({ server: weaviate.server });
    await home.load(await home.write('1.xml', first));
    const file = await home.write('2.xml', second);

    await using serving = await home.open();

    const ballast = join(disk.path, 'ballast');
    await writeFile(ballast, Buffer.alloc((KILOBYTES / 2) * 1_024));
    await untilShards(({ status }) => status === 'READONLY');
    for (const _ of ['at first', 'and again']) await assert.rejects(home.load(file), TAKES_NO_WRITES);
    assert.equal(ERROR_CODES.WEAVIATE_UNAVAILABLE.retryable, true);
    // Who serves goes on finding what is there, and an undo that cannot be done says the same.
    assert.deepEqual((await findPmids(serving, 'wombats')).sort(), ['1', '2', '3']);
    await assert.rejects(serving.services.index.rollbackTo(0, { signal }), TAKES_NO_WRITES);
    // So does who starts now, and leaves what cannot be settled to the next writer.
    const left = await serving.services.store.listPending({ signal });
    assert.ok(left.length > 0);
    {
      await using late = await home.open();
      assert.deepEqual((await findPmids(late, 'wombats')).sort(), ['1', '2', '3']);
      assert.deepEqual(await findPmids(late, 'wallabies'), []);
    }
    const still = new Set(
      (await serving.services.store.listPending({ signal })).map(({ batchId }) => batchId),
    );
    assert.ok(left.every(({ batchId }) => still.has(batchId)));
    await rm(ballast);
    for (const shard of await weaviate.listShards()) await weaviate.setReady(shard);

    await home.load(file);
    assert.deepEqual((await findPmids(serving, 'wombats')).sort(), ['1', '2']);
    assert.deepEqual((await findPmids(serving, 'wallabies')).sort(), ['3', '4', '5']);
    const { chunks } = await serving.services.store.countCorpus({ signal });
    assert.equal(await serving.services.index.countChunks({ signal }), chunks);
    assert.deepEqual(await dumpContent(home), await dumpContent(undisturbed));
  });

  async function untilShards(isIt: (shard: Shard) => boolean): Promise<void> {
    let shards: Shard[] = [];
    const look = async () => {
      shards = await weaviate.listShards();
      return shards.every(isIt) || null;
    };
    const came = () => JSON.stringify(shards);
    await askUntil(look, { what: 'other states of the shards', came, pauseMs: POLL_MS });
  }
});
