import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openPatiently } from '../../src/compose/open-patiently.ts';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { createReadiness, type ReadinessCheck, type ReadinessReport } from '../../src/http/readiness.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';

function read(checks: readonly ReadinessCheck[]): Promise<ReadinessReport> {
  return createReadiness({ checks, logger: silentLogger(), now: () => 0 }).read();
}

/** An open corpus whose archive has gone. */
async function readWithoutArchive(settings: Record<string, string>) {
  await using home = await makeTestHome({ engine: 'PGlite', settings });
  await using corpus = await home.open();
  const folder = join(home.dataDir, 'archive');
  await rename(folder, `${folder}-gone`);
  await writeFile(folder, '');
  const { status, checks } = await read(corpus.checks);
  const failed = checks.filter(({ state }) => state === 'failed').map(({ name }) => name);
  return { status, failed, names: checks.map(({ name }) => name), gating: toGating(corpus.checks) };
}

function toGating(checks: readonly ReadinessCheck[]): string[] {
  return checks.filter(({ gates }) => gates).map(({ name }) => name);
}

describe('what holds readiness back', () => {
  test('is the database with its migrations and the index, unless the setting says otherwise', async () => {
    const { status, failed, names, gating } = await readWithoutArchive({});
    assert.deepEqual([status, failed], ['ready', ['archive']]);
    assert.deepEqual(names, ['database', 'migrations', 'index', 'archive']);
    assert.deepEqual(gating, ['database', 'migrations', 'index']);
  });

  test('is the archive where the setting names it, and then nothing else', async () => {
    const { status, failed, gating } = await readWithoutArchive({ BIO_MCP_READY_GATES: 'archive' });
    assert.deepEqual([status, failed, gating], ['not_ready', ['archive'], ['archive']]);
  });

  test('is whatever fails before the corpus is open, since no call can be answered', async ({ signal }) => {
    await using corpus = openPatiently(
      {
        open: async (): Promise<{ services: object; checks: []; [Symbol.asyncDispose](): Promise<void> }> => {
          throw new BioMcpError('ARCHIVE_UNAVAILABLE', 'The archive is away.');
        },
        logger: silentLogger(),
      },
      { signal },
    );
    await Promise.resolve(); // the first try has failed
    const { status } = await read(corpus.listChecks());
    assert.equal(status, 'not_ready');
  });
});
