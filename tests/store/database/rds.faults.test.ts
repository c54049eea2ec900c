import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeTestHome } from '../../support/corpus/test-corpus.ts';
import type { DoctorReport } from '../../support/examine-check.ts';
import { openTlsFront, RDS_HOST, toCertificatePath } from '../../support/network/tls-front.ts';
import { createTestPostgres } from '../../support/postgres/databases.ts';
import { startCommand } from '../../support/processes/command-process.ts';

const ON_LOOPBACK = new URL('../../support/postgres/rds-on-loopback.ts', import.meta.url).href;

test('a host of Amazon RDS is spoken to by TLS; whose authority NODE_EXTRA_CA_CERTS adds to those of RDS is trusted', async () => {
  await using home = await makeTestHome({ engine: 'PGlite' });
  const url = await createTestPostgres();
  const target = new URL(url).host;
  await using front = await openTlsFront({ target, certificate: 'rds', isPostgres: true });
  const examine = async (env: Record<string, string>) => {
    const given = Object.assign(new URL(url), { host: front.address.replace('localhost', RDS_HOST) });
    const settings = { BIO_MCP_DATA_DIR: home.dataDir, BIO_MCP_DATABASE_URL: given.href };
    await using command = startCommand(
      { ...settings, NODE_OPTIONS: `--import ${ON_LOOPBACK}`, ...env },
      'doctor',
      '--json',
    );
    const { stdout, stderr } = await command.ended;
    assert.notEqual(stdout, '', stderr);
    return (JSON.parse(stdout) as DoctorReport).checks.find(({ check }) => check === 'database');
  };
  assert.match((await examine({}))?.remedy ?? '', /^The database shows .* NODE_EXTRA_CA_CERTS/);
  const trusted = await examine({ NODE_EXTRA_CA_CERTS: toCertificatePath('rds') });
  assert.equal(trusted?.state, 'ok', JSON.stringify(trusted));
});
