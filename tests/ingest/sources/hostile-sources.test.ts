import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readSource } from '../../../src/ingest/sources/read-source.ts';
import { SourceError } from '../../../src/ingest/sources/source-error.ts';
import { surveySource } from '../../../src/ingest/sources/survey-source.ts';

const MIB = 1024 * 1024;
let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bio-mcp-hostile-'));
});
after(() => rm(folder, { recursive: true }));

const write = async (name: string, bytes: Uint8Array | string) => {
  await writeFile(join(folder, name), bytes);
  return join(folder, name);
};

async function refuse(work: Promise<unknown>, why: RegExp): Promise<void> {
  await assert.rejects(work, (error) => error instanceof SourceError && why.test(error.hint));
}

test('a gzip file of a thousand times its size is unzipped piece by piece, as it is read', async ({
  signal,
}) => {
  const members = Array.from({ length: 64 }, () => gzipSync(Buffer.alloc(4 * MIB, 0x20)));
  const path = await write('bomb.xml.gz', Buffer.concat(members));
  const before = process.memoryUsage().arrayBuffers;
  const pieces = readSource(path, () => undefined, { signal })[Symbol.asyncIterator]();
  let piece = await pieces.next();
  // Time enough for a stream that does not wait: each turn lets it work.
  for (let turn = 0; turn < 2_000; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const grown = process.memoryUsage().arrayBuffers - before;
  assert.ok(grown < 32 * MIB, `${grown} bytes more while nobody reads`);
  let bytes = 0;
  for (; piece.done !== true; piece = await pieces.next()) {
    bytes += piece.value.length;
    assert.ok(piece.value.length <= 2 * MIB, `${piece.value.length} bytes at once`);
  }
  assert.equal(bytes, 256 * MIB);
});

test('a block is given back once the next piece is asked for, and each piece is whole until then', async ({
  signal,
}) => {
  const bytes = randomBytes(5 * MIB + 17);
  const path = await write('noise.xml.gz', Buffer.concat([gzipSync(bytes), gzipSync(bytes)]));
  const copies: Buffer[] = [];
  const blocks = new Set<ArrayBufferLike>();
  for await (const piece of readSource(path, () => undefined, { signal })) {
    copies.push(Buffer.from(piece));
    blocks.add(piece.buffer);
  }
  assert.ok(Buffer.concat(copies).equals(Buffer.concat([bytes, bytes])));
  const held = [...blocks].filter(({ byteLength }) => byteLength > 0);
  assert.ok(blocks.size > 10 && held.length <= 2, `${held.length} of ${blocks.size} blocks are held`);
});

describe('the survey', () => {
  const recordOf = (pmid: number, version: number) =>
    `<PubmedArticle><MedlineCitation Status="x">\n<PMID Version="${version}">${pmid}</PMID></MedlineCitation></PubmedArticle>`;
  const setOf = (records: string[]) => `<PubmedArticleSet>${records.join('\n')}</PubmedArticleSet>`;

  test('keeps the highest version of a record and of nothing else', async ({ signal }) => {
    const other = '<CommentsCorrections><PMID Version="7">9</PMID></CommentsCorrections>';
    const path = await write('some.xml', setOf([recordOf(1, 1), recordOf(2, 2), other, recordOf(2, 3)]));
    const { highestVersions } = await surveySource(path, { signal });
    assert.deepEqual([...highestVersions], [['2', 3]]);
  });

  test('finds a version wherever two pieces of the file meet', async ({ signal }) => {
    const record = recordOf(2, 2);
    for (let cut = 1; cut < record.length; cut += 1) {
      const head = '<PubmedArticleSet>';
      const before = ' '.repeat(MIB - head.length - cut);
      const path = await write('cut.xml.gz', gzipSync(`${head}${before}${record}</PubmedArticleSet>`));
      assert.deepEqual([...(await surveySource(path, { signal })).highestVersions], [['2', 2]], `at ${cut}`);
    }
  });

  test('refuses a file with more versions than its memory is for', async ({ signal }) => {
    const records = Array.from({ length: 200_001 }, (_, at) => recordOf(at + 1, 2));
    const path = await write('many.xml.gz', gzipSync(setOf(records)));
    await refuse(
      surveySource(path, { signal }),
      /^many\.xml\.gz: it holds more than 200000 PMIDs in versions above 1/,
    );
  });
});

describe('the .md5 beside a file', () => {
  const digest = '0'.repeat(32);

  test('is read to 64 KiB and no further', async ({ signal }) => {
    const path = await write('large.xml', '<a/>');
    await write('large.xml.md5', `${digest}${' '.repeat(64 * 1024)}`);
    await refuse(surveySource(path, { signal }), /^large\.xml\.md5: it is larger than 65536 bytes/);
  });

  test('is never a link that leads elsewhere, nor a folder or a pipe', async ({ signal }) => {
    const path = await write('linked.xml', '<a/>');
    await symlink('/etc/hostname', `${path}.md5`);
    await refuse(surveySource(path, { signal }), /^linked\.xml\.md5: it is a link that leads elsewhere/);
    const piped = await write('piped.xml', '<a/>');
    execFileSync('mkfifo', [`${piped}.md5`]);
    await refuse(surveySource(piped, { signal }), /^piped\.xml\.md5: it is no file/);
  });

  test('may be a link where the file itself is one', async ({ signal }) => {
    await using elsewhere = await mkdtempDisposable();
    await writeFile(join(elsewhere.path, 'a.xml'), '<a/>');
    await writeFile(join(elsewhere.path, 'a.xml.md5'), digest);
    await symlink(join(elsewhere.path, 'a.xml'), join(folder, 'a.xml'));
    await symlink(join(elsewhere.path, 'a.xml.md5'), join(folder, 'a.xml.md5'));
    await refuse(surveySource(join(folder, 'a.xml'), { signal }), /^a\.xml: its md5 is not the one/);
  });
});

async function mkdtempDisposable() {
  const path = await mkdtemp(join(tmpdir(), 'bio-mcp-hostile-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
