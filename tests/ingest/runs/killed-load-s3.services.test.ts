import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dumpContent, makeTestHome, type TestHome } from '../../support/corpus/test-corpus.ts';
import { openFaultyHttp } from '../../support/network/faulty-http.ts';
import { runCli, startCli } from '../../support/processes/child-process.ts';
import { articleXml, deleteXml, setXml } from '../../support/pubmed/pubmed-xml.ts';
import {
  awsEnvironment,
  listVersions,
  makeTestBucket,
  s3Endpoint,
  skipWithoutS3,
  type TestBucket,
} from '../../support/services/s3-buckets.ts';

const RECORDS = 300;
/**
 * The process is killed when it puts its so-manieth record: in the first file, and in the one
 * that revises it.
 */
const KILLED_AT = [1, 150, 200, 120];

describe('a load into S3 that is killed', { skip: skipWithoutS3 }, () => {
  test('in the middle of its PUTs, then run to its end, leaves no object, version or row more or less', async () => {
    await using calmBucket = await makeTestBucket({ versioned: true });
    await using bucket = await makeTestBucket({ versioned: true });
    await using proxy = await openFaultyHttp(s3Endpoint);
    const makeHome = ({ name }: TestBucket, endpoint: string) => {
      const settings = { BIO_MCP_ARCHIVE_BUCKET: name, BIO_MCP_S3_ENDPOINT: endpoint };
      return makeTestHome({ engine: 'PGlite', settings });
    };
    const asProcess = ({ env }: TestHome) => ({ env: { ...env, ...awsEnvironment() } });
    await using undisturbed = await makeHome(calmBucket, s3Endpoint);
    await using home = await makeHome(bucket, proxy.url);
    const whole = await runCli(['load', ...(await writeFiles(undisturbed))], asProcess(undisturbed));
    assert.equal(whole.code, 0, whole.stderr);

    const files = await writeFiles(home);
    for (const killedAt of KILLED_AT) {
      const { child, finished } = startCli(['load', ...files], asProcess(home));
      let puts = 0;
      proxy.fault = ({ method, path }) => {
        if (method === 'PUT' && path.includes('/raw/') && ++puts === killedAt) child.kill('SIGKILL');
        return 'pass';
      };
      assert.equal((await finished).signal, 'SIGKILL');
    }
    proxy.fault = () => 'pass';
    const last = await runCli(['load', ...files], asProcess(home));
    assert.equal(last.code, 0, last.stderr);

    const verified = await runCli(['archive', 'verify'], asProcess(home));
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    assert.match(verified.stdout, /0 damaged, 0 missing\.$/m);
    assert.deepEqual(await readTables(home), await readTables(undisturbed));
    assert.deepEqual(await countVersions(bucket), await countVersions(calmBucket));
  });
});

/** The second revises what the first brought, and withdraws some. */
async function writeFiles(home: TestHome): Promise<string[]> {
  const [first = [], second = []] = ['First.', 'Second.'].map((title) =>
    Array.from({ length: RECORDS }, (_, at) => articleXml({ pmid: at + 1, title })),
  );
  return [
    await home.write('1.xml', setXml(...first)),
    await home.write('2.xml', setXml(...second.slice(50), deleteXml(1, 2, 3))),
  ];
}

async function readTables(home: TestHome) {
  const tables = Object.entries(await dumpContent(home)).map(([name, rows]) => [
    name,
    rows.map(({ s3_uri: _, ...row }) => row),
  ]);
  return Object.fromEntries(tables);
}

/** Of each record's key. */
async function countVersions(bucket: TestBucket): Promise<Record<string, number>> {
  const versions = (await listVersions(bucket)).filter(({ key }) => /\/(raw|history)\//.test(key));
  const byKey = Map.groupBy(versions, ({ key }) => key);
  return Object.fromEntries([...byKey].map(([key, all]) => [key, all.length]));
}
