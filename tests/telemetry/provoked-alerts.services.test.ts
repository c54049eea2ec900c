import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { askUntil } from '../support/awaited.ts';
import { mountTinyDisk, whyNoTinyDisk } from '../support/disk/tiny-disk.ts';
import { openFaultyHttp, toS3Error } from '../support/network/faulty-http.ts';
import { runCommand } from '../support/processes/command-process.ts';
import { startService } from '../support/processes/service-process.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { articleXml } from '../support/pubmed/pubmed-xml.ts';
import { startOwnWeaviate } from '../support/services/own-weaviate.ts';
import { awsEnvironment, makeTestBucket, s3Endpoint, skipWithoutS3 } from '../support/services/s3-buckets.ts';
import { findTestService } from '../support/services/services.ts';
import { makeWeaviateHome } from '../support/services/weaviate-home.ts';
import { openEngineer, whyNoPrograms } from '../support/telemetry/follow-runbook.ts';
import { startPrometheus, whyNoPrometheus } from '../support/telemetry/prometheus-server.ts';
import { syncTo, toQuickRules } from '../support/telemetry/provoked-alerts.ts';

const skip =
  whyNoPrometheus() ||
  whyNoPrograms() ||
  skipWithoutS3 ||
  findTestService('TEST_WEAVIATE_URL').skip ||
  whyNoTinyDisk();
const KILOBYTES = 65_536;
/** In docs/runbooks/README.md. */
const SHOWN_JOB = '01a21fa3-4553-73bf-b4b6-eef7b7fecdc1';

/** Each sync needs a record of its own, or there is nothing to write. */
const TERMS = ['wombats', 'wallabies', 'quolls', 'numbats'];
const RECORDS = TERMS.map((term, at) =>
  articleXml({ pmid: 50_000_000 + at, title: `Of ${term}.`, abstract: `About ${term}.` }),
);

test('what a runbook tells is seen: each fault makes its alert fire, its remedy ends it', {
  skip,
}, async (t) => {
  await using ncbi = await startNcbiStandIn({ records: RECORDS, limits: false });
  await using bucket = await makeTestBucket({ versioned: true });
  await using s3 = await openFaultyHttp(s3Endpoint);
  using disk = mountTinyDisk({ kilobytes: KILOBYTES });
  await using weaviate = await startOwnWeaviate({
    folder: disk.path,
    env: { DISK_USE_READONLY_PERCENTAGE: '50' },
  });
  await using home = await makeWeaviateHome({
    server: weaviate.server,
    settings: {
      ...awsEnvironment(),
      BIO_MCP_ARCHIVE_BUCKET: bucket.name,
      BIO_MCP_S3_ENDPOINT: s3.url,
      BIO_MCP_PUBMED_BASE_URL: ncbi.url,
      BIO_MCP_JOBS_MAX_ATTEMPTS: '1',
    },
  });
  await using service = await startService(home.env, 'serve');
  await service.probeUntil(({ status }) => status === 200);
  await using prometheus = await startPrometheus({
    targets: [new URL(service.url).host],
    rules: toQuickRules(),
  });
  const asked = { URL: service.url, WORKER: service.url, TOKEN: 'any' };
  await using engineer = await openEngineer({ ...home.env, ...asked });
  const sync = (term: string) => syncTo(service, term);
  const doctor = async () => (await runCommand(home.env, 'doctor')).stdout;

  assert.equal(await sync('wombats'), 'succeeded');
  await prometheus.queryUntil('bio_mcp_ready == 1', (series) => series.length === 1);
  // It was judged before the first scrape, and a busy machine may answer one too late.
  await prometheus.queryUntil('count(ALERTS) or vector(0)', ([count]) => count?.value[1] === '0');

  await t.test('BioMcpArchivePutFailed, BioMcpSyncFailed: S3 refuses writes, then takes them', async () => {
    s3.fault = ({ method }) => (method === 'PUT' ? toS3Error(403, 'AccessDenied') : 'pass');
    assert.equal(await sync('wallabies'), 'ARCHIVE_UNAVAILABLE');
    await prometheus.alertUntil('BioMcpArchivePutFailed', 'fires');
    await prometheus.alertUntil('BioMcpSyncFailed', 'fires');
    assert.match(await doctor(), /^archive +failed/m);
    const listed = await runCommand(
      home.env,
      ...['jobs', 'list', '--tool', 'pubmed.sync', '--state', 'failed', '-n', '1'],
    );
    assert.match(listed.stdout, /"error_code": "ARCHIVE_UNAVAILABLE"/);

    s3.fault = () => 'pass';
    assert.equal(await sync('wallabies'), 'succeeded');
    await prometheus.alertUntil('BioMcpArchivePutFailed', 'is quiet');
    await prometheus.alertUntil('BioMcpSyncFailed', 'is quiet');
  });

  await t.test('BioMcpIndexWriteFailed: the disk of Weaviate is full, then it has room', async () => {
    const ballast = join(disk.path, 'ballast');
    await writeFile(ballast, Buffer.alloc((KILOBYTES / 2) * 1_024));
    const look = async () =>
      (await weaviate.listShards()).every(({ status }) => status === 'READONLY') ? 'all' : null;
    await askUntil(look, { what: 'shards that only read', pauseMs: 100 });
    assert.equal(await sync('quolls'), 'WEAVIATE_UNAVAILABLE');
    await prometheus.alertUntil('BioMcpIndexWriteFailed', 'fires');
    const page = 'index-write-failed';
    const counted = await engineer.copy(page, 'curl -s -H "authorization: Bearer $TOKEN" $WORKER/metrics');
    assert.match(counted.stdout, /^bio_mcp_index_write_failures_total [1-9]/);
    const examined = await engineer.copy(page, 'bio-mcp doctor');
    assert.match(examined.stdout, /^index +failed.*READY/m);
    const failed = await engineer.copy('README', 'bio-mcp jobs list');
    const [, jobId = ''] = /^(\S+)\tpubmed\.sync\tquolls\tWEAVIATE_UNAVAILABLE$/m.exec(failed.stdout) ?? [];
    assert.notEqual(jobId, '', failed.stderr);

    await rm(ballast);
    const named = [...examined.stdout.matchAll(/(\w+): shard (\w+) is READONLY/g)];
    assert.equal(named.length, 1, examined.stdout);
    for (const [, collection = '', shard = ''] of named) {
      const put = await engineer.copy(page, 'curl -s -X PUT', {
        BioMcpChunks_1: collection,
        yQBjs8Ts0bvq: shard,
      });
      assert.equal(put.stdout.trim(), '{"status":"READY"}', put.stderr);
    }
    const again = await engineer.copy('README', 'bio-mcp jobs get', { [SHOWN_JOB]: jobId });
    const { job_id: second } = JSON.parse(again.stdout) as { job_id: string };
    const ended = await service.process.line(
      ({ msg, job_id }) => msg === 'an attempt at a job ended' && job_id === second,
    );
    assert.equal(ended.status, 'succeeded');
    const { body } = await service.invoke('rag.search', { query: 'quolls', search_mode: 'bm25' });
    assert.match(JSON.stringify(body), /Of quolls/);
    await prometheus.alertUntil('BioMcpIndexWriteFailed', 'is quiet');
  });

  await t.test('BioMcpNotReady, BioMcpServerErrors: Weaviate is stopped, then started', async () => {
    await weaviate.stop();
    await prometheus.alertUntil('BioMcpNotReady', 'fires');
    const ask = () => service.invoke('rag.search', { query: 'wombats' });
    // Callers go on asking: a rate is seen from the second scrape of the error on.
    const look = async () => {
      const firing = await prometheus.listFiring();
      if (firing.includes('BioMcpServerErrors')) return firing;
      assert.equal((await ask()).status, 503);
      return null;
    };
    await askUntil(look, { what: 'BioMcpServerErrors', pauseMs: 500 });
    assert.match(await doctor(), /^index +failed/m);

    await weaviate.start();
    await service.probeUntil(({ status }) => status === 200);
    assert.equal((await ask()).status, 200);
    await prometheus.alertUntil('BioMcpNotReady', 'is quiet');
    await prometheus.alertUntil('BioMcpServerErrors', 'is quiet');
  });

  await t.test('BioMcpNcbiRefuses: NCBI blocks this installation, once', async () => {
    ncbi.faults.next({ endpoint: 'esearch', fault: { kind: 'blocked', by: 'page' } });
    assert.equal(await sync('numbats'), 'PUBMED_BLOCKED');
    await prometheus.alertUntil('BioMcpNcbiRefuses', 'fires');
    await service.process.line(({ msg, code }) => msg === 'ncbi attempt failed' && code === 'PUBMED_BLOCKED');
    assert.match(await doctor(), /^ncbi +ok/m);
    assert.equal(await sync('numbats'), 'succeeded');
    await prometheus.alertUntil('BioMcpNcbiRefuses', 'is quiet');
  });
});
