import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { dumpTables, makeTestHome } from '../support/corpus/test-corpus.ts';
import { runCommand } from '../support/processes/run-command.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

describe('bio-mcp archive copy', () => {
  test('says what it did, and the copy gives the same corpus by `bio-mcp reindex`', async () => {
    await using home = await makeTestHome();
    await using other = await makeTestHome();
    const to = ['archive', 'copy', '--to', pathToFileURL(join(other.dataDir, 'archive')).href];
    await home.load(await home.write('1.xml', setXml(articleXml({ pmid: 1 }), articleXml({ pmid: 2 }))));
    await home.load(await home.write('2.xml', setXml(articleXml({ pmid: 1, title: 'Revised.' }))));

    const copied = await runCommand(to, home);
    const again = await runCommand([...to, '--json'], home);
    const reindexed = await runCommand(['reindex'], other);

    assert.equal(copied.code, 0, copied.stderr);
    assert.match(
      copied.stdout,
      /^5 objects copied to file:.*\/pubmed\/ and read back, 0 were there already; 2 new logs/,
    );
    assert.match(copied.stdout, /`bio-mcp reindex` builds the same corpus/);
    assert.deepEqual(JSON.parse(again.stdout), {
      copied: 0,
      unchanged: 5,
      stateLogs: 0,
      problems: [],
      problemCount: 0,
    });
    assert.equal(reindexed.code, 0, reindexed.stderr);
    assert.deepEqual(await dumpTables(other), await dumpTables(home));
  });

  test('ends with 1 and names what is missing', async () => {
    await using home = await makeTestHome();
    await home.load(await home.write('1.xml', setXml(articleXml({ pmid: 1 }), articleXml({ pmid: 2 }))));
    await rm(join(home.dataDir, 'archive', 'pubmed', 'raw', 'pmid=000', '000', '002', '2.json.zst'));

    const copied = await runCommand(
      ['archive', 'copy', '--to', pathToFileURL(join(home.dataDir, '..', 'copy')).href],
      home,
    );

    assert.equal(copied.code, 1);
    assert.match(copied.stdout, /\(PMID 2\) lies nowhere/);
    assert.match(copied.stdout, /load its records again, then copy again/);
  });

  for (const address of ['s3://bucket/.hidden', 's3://bucket/a//b', 's3://bucket/ä', 's3://bucket/a/../b']) {
    test(`refuses ${address}, whose prefix no setting could name`, async () => {
      await using home = await makeTestHome();
      const copied = await runCommand(['archive', 'copy', '--to', address], home);
      assert.equal(copied.code, 1);
      assert.match(copied.stderr, /What stands behind the bucket in `--to` must be names of letters/);
    });
  }

  const others = ['/srv/archive', 's3://Bucket', 'https://bucket.example/', 'file:///a%2Fb', 'file:///%E4'];
  for (const address of others) {
    test(`refuses ${address} with the addresses that it takes`, async () => {
      await using home = await makeTestHome();
      const copied = await runCommand(['archive', 'copy', '--to', address], home);
      assert.equal(copied.code, 1);
      assert.match(copied.stderr, /`--to` takes s3:\/\/bucket\/prefix, or file:\/\/\/folder/);
    });
  }
});
