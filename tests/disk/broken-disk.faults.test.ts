import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { findPmids, makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { whyNotTraced } from '../support/disk/traced-files.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const PROGRAM = new URL('../../src/main.ts', import.meta.url).pathname;

describe('a disk that reports a failure', { skip: whyNotTraced() }, () => {
  const KINDS: [calls: string, what: RegExp][] = [
    ['fsync,fdatasync', /The disk that holds the database reports a failure: check its health/],
    ['syncfs', /The disk that holds the data folder reports a failure: check its health/],
  ];
  for (const [calls, what] of KINDS) {
    test(`at ${calls} stops a load with that word, and the same load is whole once the disk is well`, async () => {
      await using home = await makeTestHome({
        engine: 'PGlite',
        settings: { BIO_MCP_DATABASE_FSYNC: 'true' },
      });
      const file = await home.write('1.xml', setXml(articleXml({ pmid: 1 }), articleXml({ pmid: 2 })));
      const { status, stderr } = loadOn(calls, home, file);
      assert.equal(status, 1, stderr);
      assert.match(stderr, what);
      const report = await home.load(file);
      assert.equal(report.failed, 0);
      await using corpus = await home.open();
      assert.deepEqual((await findPmids(corpus, 'Title')).toSorted(), ['1', '2']);
    });
  }
});

/**
 * Every one of these calls is answered with EIO, by whatever process of the command it is made. The job is
 * tried once: a failure of the archive may pass, and waits of minutes would come between.
 */
function loadOn(calls: string, { env }: TestHome, file: string) {
  const faults = ['-e', `trace=${calls}`, '-e', `inject=${calls}:error=EIO`];
  return spawnSync(
    'strace',
    ['-f', '--seccomp-bpf', '-qq', '-o', '/dev/null', ...faults, process.execPath, PROGRAM, 'load', file],
    { env: { ...process.env, ...env, BIO_MCP_JOBS_MAX_ATTEMPTS: '1' }, encoding: 'utf8', timeout: 120_000 },
  );
}
