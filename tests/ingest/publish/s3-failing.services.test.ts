import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verifyArchive } from '../../../src/archive/verify-archive.ts';
import { UPDATE_FILES } from '../../support/corpus/filled-corpus.ts';
import {
  dumpContent,
  loadInto,
  makeTestHome,
  type Row,
  type TestHome,
} from '../../support/corpus/test-corpus.ts';
import {
  type Fault,
  type FaultyHttp,
  openFaultyHttp,
  type SeenRequest,
  toS3Error,
} from '../../support/network/faulty-http.ts';
import { articleXml, deleteXml, setXml } from '../../support/pubmed/pubmed-xml.ts';
import {
  listVersions,
  makeTestBucket,
  s3Endpoint,
  skipWithoutS3,
  type TestBucket,
} from '../../support/services/s3-buckets.ts';

const { signal } = new AbortController();
/** Of NLM, and two of which the second revises what the first brought and withdraws one record. */
async function writeFiles(home: TestHome): Promise<string[]> {
  const numbers = Array.from({ length: 20 }, (_, at) => at + 1);
  const [first, second] = ['First.', 'Second.'].map((title) =>
    numbers.map((pmid) => articleXml({ pmid, title })),
  );
  return [
    UPDATE_FILES[3] ?? '',
    await home.write('first.xml', setXml(...(first ?? []))),
    await home.write('second.xml', setXml(...(second ?? []).slice(1), deleteXml(1))),
  ];
}

interface Cloud extends AsyncDisposable {
  home: TestHome;
  proxy: FaultyHttp;
  bucket: TestBucket;
}

async function openCloud(): Promise<Cloud> {
  await using opened = new AsyncDisposableStack();
  const bucket = opened.use(await makeTestBucket({ versioned: true }));
  const proxy = opened.use(await openFaultyHttp(s3Endpoint));
  const settings = { BIO_MCP_ARCHIVE_BUCKET: bucket.name, BIO_MCP_S3_ENDPOINT: proxy.url };
  const home = opened.use(await makeTestHome({ engine: 'PGlite', settings }));
  const stack = opened.move();
  return { home, proxy, bucket, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

interface EndState {
  tables: Record<string, Row[]>;
  /** Of each record's key, how many versions there are. */
  versions: Record<string, number>;
  chunks: number;
}

/** Whole, and without what differs from one run to the next. */
async function readEndState({ home, bucket }: Cloud): Promise<EndState> {
  await using corpus = await home.open();
  const { archive, store, index } = corpus.services;
  const report = await verifyArchive(
    {
      archive,
      prefix: 'pubmed',
      expected: store.listArchived({ signal }),
      isKnown: (uris) => store.findKnownUris(uris, { signal }),
    },
    { signal },
  );
  assert.deepEqual([report.damaged, report.missing, report.unknown], [[], [], 0]);
  const chunks = await index.countChunks({ signal });
  await corpus[Symbol.asyncDispose]();
  const versions = Map.groupBy(await listVersions(bucket), ({ key }) => key);
  const tables = Object.entries(await dumpContent(home)).map(([name, rows]) => [
    name,
    rows.map(({ s3_uri: _, ...row }) => row),
  ]);
  return {
    tables: Object.fromEntries(tables),
    versions: Object.fromEntries(
      [...versions].flatMap(([key, all]) => (/\/(raw|history)\//.test(key) ? [[key, all.length]] : [])),
    ),
    chunks,
  };
}

let undisturbed: Promise<EndState> | undefined;
function findUndisturbed(): Promise<EndState> {
  undisturbed ??= (async () => {
    await using cloud = await openCloud();
    await cloud.home.load(...(await writeFiles(cloud.home)));
    return await readEndState(cloud);
  })();
  return undisturbed;
}

/** Of the files that the test wrote itself. */
const isOwnPut = ({ method, path }: SeenRequest) =>
  method === 'PUT' && /\/raw\/pmid=000\/000\//.test(decodeURIComponent(path));
/** In the middle of those that replace what the first of them brought. */
const OWN_PUTS_BEFORE = 30;

describe('a load whose archive on S3 has faults', { skip: skipWithoutS3 }, () => {
  test('keeps an earlier version of each revised record, and no copy', async () => {
    const { versions } = await findUndisturbed();
    const counts = Object.values(versions);
    assert.ok(counts.includes(1) && counts.includes(2), JSON.stringify(versions));
    assert.deepEqual(
      Object.keys(versions).filter((key) => key.includes('/history/')),
      [],
    );
  });

  test('comes out as an undisturbed one when every fifth PUT is answered with SlowDown', async () => {
    await using cloud = await openCloud();
    let puts = 0;
    cloud.proxy.fault = ({ method }) =>
      method === 'PUT' && ++puts % 5 === 0 ? toS3Error(503, 'SlowDown') : 'pass';

    await cloud.home.load(...(await writeFiles(cloud.home)));

    assert.ok(puts > 5, `${puts} PUTs`);
    cloud.proxy.fault = () => 'pass';
    assert.deepEqual(await readEndState(cloud), await findUndisturbed());
  });

  const outages: [name: string, fault: Fault][] = [
    ['denies access', toS3Error(403, 'AccessDenied')],
    ['is full', toS3Error(507, 'XMinioStorageFull')],
    ['breaks every connection', 'reset'],
  ];
  for (const [name, fault] of outages) {
    test(`fails with ARCHIVE_UNAVAILABLE when S3 ${name} in the middle, and comes out whole when run again`, async () => {
      await using cloud = await openCloud();
      const { home, proxy } = cloud;
      const files = await writeFiles(home);
      await using corpus = await home.open();
      let puts = 0;
      proxy.fault = (request) => {
        if (isOwnPut(request)) puts += 1;
        return puts > OWN_PUTS_BEFORE ? fault : 'pass';
      };

      await assert.rejects(loadInto(corpus, ...files), { code: 'ARCHIVE_UNAVAILABLE' });
      await assert.rejects(
        findCheck(corpus.checks, 'archive').check({ signal: AbortSignal.timeout(10_000) }),
        {
          code: 'ARCHIVE_UNAVAILABLE',
        },
      );
      proxy.fault = () => 'pass';
      await findCheck(corpus.checks, 'archive').check({ signal });
      await loadInto(corpus, ...files);
      await corpus[Symbol.asyncDispose]();

      assert.deepEqual(await readEndState(cloud), await findUndisturbed());
    });
  }

  test('a corpus whose S3 does not answer opens, reads and says so', async () => {
    await using cloud = await openCloud();
    const { home, proxy } = cloud;
    await home.load(...(await writeFiles(home)));
    proxy.fault = () => 'reset';

    await using corpus = await home.open();

    assert.ok((await corpus.services.index.countChunks({ signal })) > 0);
    const archive = findCheck(corpus.checks, 'archive').check({ signal: AbortSignal.timeout(10_000) });
    await assert.rejects(archive, { code: 'ARCHIVE_UNAVAILABLE' });
    await findCheck(corpus.checks, 'database').check({ signal });
  });
});

function findCheck<T extends { name: string }>(checks: readonly T[], name: string): T {
  const found = checks.find((one) => one.name === name);
  assert.ok(found !== undefined, `no check is called ${name}`);
  return found;
}
