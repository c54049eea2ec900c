import assert from 'node:assert/strict';
import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { mountTinyDisk, whyNoTinyDisk } from '../support/disk/tiny-disk.ts';
import { runCommand } from '../support/processes/command-process.ts';
import { startService } from '../support/processes/service-process.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { articleXml } from '../support/pubmed/pubmed-xml.ts';
import { startPrometheus, whyNoPrometheus } from '../support/telemetry/prometheus-server.ts';
import { syncTo, toQuickRules } from '../support/telemetry/provoked-alerts.ts';

const KILOBYTES = 8_192;
/** More than fits: what is there of the disk is taken. */
const BALLAST = Buffer.alloc(2 * KILOBYTES * 1_024);

/** Each sync needs a record of its own, or there is nothing to write. */
const RECORDS = ['wombats', 'wallabies', 'quolls'].map((term, at) =>
  articleXml({ pmid: 50_000_000 + at, title: `Of ${term}.`, abstract: `About ${term}.` }),
);

test('a full disk under the files of the service makes its alert fire, and room ends it', {
  skip: whyNoPrometheus() || whyNoTinyDisk(),
}, async (t) => {
  await using ncbi = await startNcbiStandIn({ records: RECORDS, limits: false });
  using archive = mountTinyDisk({ kilobytes: KILOBYTES });
  using index = mountTinyDisk({ kilobytes: KILOBYTES });
  await using home = await makeTestHome({
    settings: { BIO_MCP_PUBMED_BASE_URL: ncbi.url, BIO_MCP_JOBS_MAX_ATTEMPTS: '1' },
  });
  const disks = { archive, index };
  for (const [room, { path }] of Object.entries(disks)) await symlink(path, join(home.dataDir, room));
  await runCommand(home.env, 'migrate');
  await using service = await startService(home.env, 'serve');
  await service.probeUntil(({ status }) => status === 200);
  await using prometheus = await startPrometheus({
    targets: [new URL(service.url).host],
    rules: toQuickRules(),
  });
  assert.equal(await syncTo(service, 'wombats'), 'succeeded');
  await prometheus.queryUntil('bio_mcp_ready == 1', (series) => series.length === 1);

  for (const { room, term, code, alert } of [
    { room: 'archive', term: 'wallabies', code: 'ARCHIVE_UNAVAILABLE', alert: 'BioMcpArchivePutFailed' },
    { room: 'index', term: 'quolls', code: 'INDEX_UNAVAILABLE', alert: 'BioMcpIndexWriteFailed' },
  ] as const) {
    await t.test(`${alert}: the disk of the ${room} is full, then it has room`, async () => {
      const ballast = join(disks[room].path, 'ballast');
      await writeFile(ballast, BALLAST).catch((error: NodeJS.ErrnoException) => {
        assert.equal(error.code, 'ENOSPC');
      });
      assert.equal(await syncTo(service, term), code);
      await prometheus.alertUntil(alert, 'fires');
      if (room === 'archive') {
        assert.match((await runCommand(home.env, 'doctor')).stdout, /^archive +failed.*disk.*full/m);
      }
      await rm(ballast);
      assert.equal(await syncTo(service, term), 'succeeded');
      await prometheus.alertUntil(alert, 'is quiet');
    });
  }
  for (const room of Object.keys(disks)) await rm(join(home.dataDir, room));
});
