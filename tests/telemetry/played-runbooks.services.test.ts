import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import pg from 'pg';
import { awaitEvent } from '../support/awaited.ts';
import { makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { openBreakableLink } from '../support/network/breakable-link.ts';
import { createTestPostgres } from '../support/postgres/databases.ts';
import { startCommand, startProgram } from '../support/processes/command-process.ts';
import { type ServiceProcess, startService } from '../support/processes/service-process.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { articleXml } from '../support/pubmed/pubmed-xml.ts';
import { type Engineer, openEngineer, whyNoPrograms } from '../support/telemetry/follow-runbook.ts';
import {
  type PrometheusServer,
  startPrometheus,
  whyNoPrometheus,
} from '../support/telemetry/prometheus-server.ts';
import { syncTo, toQuickRules } from '../support/telemetry/provoked-alerts.ts';

const SOURCES = join(import.meta.dirname, '../../src');
const METRICS = 'curl -s -H "authorization: Bearer $TOKEN" $URL/metrics';
const READYZ = 'curl -s -H "authorization: Bearer $TOKEN" $URL/readyz';
const RECORDS = ['wombats', 'wallabies'].map((term, at) =>
  articleXml({ pmid: 50_000_000 + at, title: `Of ${term}.`, abstract: `About ${term}.` }),
);
/** Every commit locks this table. */
const NEXT_MIGRATION = 'alter table revisions add column next_release text;\n';

interface Played extends AsyncDisposable {
  home: TestHome;
  service: ServiceProcess;
  prometheus: PrometheusServer;
  engineer: Engineer;
}

/** A service with one record, watched by a Prometheus, and who is called when that alarms. */
async function play(url: string): Promise<Played> {
  await using opening = new AsyncDisposableStack();
  const ncbi = opening.use(await startNcbiStandIn({ records: RECORDS, limits: false }));
  const settings = { BIO_MCP_DATABASE_URL: url, BIO_MCP_PUBMED_BASE_URL: ncbi.url };
  const home = opening.use(await makeTestHome({ settings }));
  const service = opening.use(await startService(home.env, 'serve'));
  await service.probeUntil(({ status }) => status === 200);
  assert.equal(await syncTo(service, 'wombats'), 'succeeded');
  const targets = [new URL(service.url).host];
  const prometheus = opening.use(await startPrometheus({ targets, rules: toQuickRules() }));
  await prometheus.queryUntil('bio_mcp_ready == 1', (series) => series.length === 1);
  const asked = { URL: service.url, WORKER: service.url, TOKEN: 'any', ADMINISTRATOR_URL: url };
  const engineer = opening.use(await openEngineer({ ...home.env, ...asked }));
  const stack = opening.move();
  return { home, service, prometheus, engineer, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** The release after this one, by its program: what it adds is one migration that is not compatible. */
async function makeNextRelease(): Promise<{ program: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-next-'));
  await cp(SOURCES, join(folder, 'src'), { recursive: true });
  for (const name of ['package.json', 'node_modules'])
    await symlink(join(SOURCES, '..', name), join(folder, name));
  await writeFile(join(folder, 'src/store/migrations/9999_next.sql'), NEXT_MIGRATION);
  const program = join(folder, 'src/main.ts');
  return { program, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

describe('BioMcpNotReady, by its page alone', { skip: whyNoPrometheus() || whyNoPrograms() }, () => {
  test('the database is away: the page names it, and nothing is lost once it is back', async () => {
    await using link = await openBreakableLink(await createTestPostgres());
    await using played = await play(link.url);
    const { service, prometheus, engineer } = played;

    link.cut();
    await prometheus.alertUntil('BioMcpNotReady', 'fires');
    const readyz = await engineer.copy('not-ready', READYZ);
    assert.match(readyz.stdout, /"name":"database","state":"failed"/);
    assert.match(
      (await engineer.copy('not-ready', METRICS)).stdout,
      /^bio_mcp_check_up\{check="database"\} 0$/m,
    );
    assert.equal((await service.invoke('rag.search', { query: 'wombats' })).status, 503);
    const errors = await engineer.copy('server-errors', METRICS);
    assert.match(errors.stdout, /^bio_mcp_errors_total\{.*error_code="DB_UNAVAILABLE"\} /m);
    const doctor = await engineer.copy('server-errors', 'bio-mcp doctor');
    assert.match(doctor.stdout, /^database +failed +\d+ ms +\S/m);

    link.mend();
    await prometheus.alertUntil('BioMcpNotReady', 'is quiet');
    assert.equal(await syncTo(service, 'wallabies'), 'succeeded');
    assert.match((await engineer.copy('not-ready', 'bio-mcp status')).stdout, /^documents +2$/m);
  });

  test('a migration is blocked: the page ends the session in its way, and the migration is applied', async () => {
    await using played = await play(await createTestPostgres());
    const { home, service, prometheus, engineer } = played;
    await home.query((kysely) =>
      sql
        .raw(
          `delete from migrations where name like '%_cited_by'; drop table cited_by; alter table revisions drop column cited_count`,
        )
        .execute(kysely),
    );
    const backup = new pg.Client({
      connectionString: home.env.BIO_MCP_DATABASE_URL ?? '',
      application_name: 'pg_dump',
    });
    backup.on('error', () => undefined); // it is ended
    await backup.connect();
    await backup.query('begin; select count(*) from revisions');

    await prometheus.alertUntil('BioMcpNotReady', 'fires');
    assert.match((await engineer.copy('not-ready', READYZ)).stdout, /run `bio-mcp migrate`/);
    await using migrating = startCommand(home.env, 'migrate');
    const named = new Promise<string>((resolve) => {
      let told = '';
      migrating.child.stderr?.on('data', (text: string) => {
        told += text;
        const [, found] = /The session (\d+) \(pg_dump/.exec(told) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    const pid = await awaitEvent(named, { what: 'the session in the way' });
    const ended = await engineer.copy(
      'not-ready',
      `psql "$BIO_MCP_DATABASE_URL" -c 'select pg_terminate_backend`,
      { 4711: pid },
    );
    assert.equal(ended.code, 0, ended.stderr);

    const { code, stdout } = await migrating.ended;
    assert.deepEqual([code, stdout], [0, 'Applied 0018_cited_by. Database and index are up to date.\n']);
    await prometheus.alertUntil('BioMcpNotReady', 'is quiet');
    assert.equal(await syncTo(service, 'wallabies'), 'succeeded');
    assert.match((await engineer.copy('not-ready', 'bio-mcp status')).stdout, /^documents +2$/m);
  });

  test('a later release has migrated: the later one serves, and the way back is a database from the archive', async () => {
    await using next = await makeNextRelease();
    await using played = await play(await createTestPostgres());
    const { home, service, prometheus, engineer } = played;
    assert.equal((await startProgram(next.program, home.env, 'migrate').ended).code, 0);

    await prometheus.alertUntil('BioMcpNotReady', 'fires');
    assert.match(
      (await engineer.copy('not-ready', READYZ)).stdout,
      /A later release has migrated the database/,
    );
    service.process.child.kill('SIGTERM');
    await service.process.ended;
    const env = { ...home.env, BIO_MCP_HTTP_PORT: new URL(service.url).port };
    {
      await using later = startProgram(next.program, env, 'serve');
      await prometheus.queryUntil('bio_mcp_ready == 1', (series) => series.length === 1);
      await prometheus.alertUntil('BioMcpNotReady', 'is quiet');
      later.child.kill('SIGTERM');
      await later.ended;
    }

    const anew = `corpus_anew_${process.pid}`;
    const url = new URL(home.env.BIO_MCP_DATABASE_URL ?? '');
    const made = await engineer.copyBlock(
      'not-ready',
      `psql "$ADMINISTRATOR_URL" -c 'create database corpus_anew`,
      {
        'postgresql://…/corpus_anew': Object.assign(new URL(url), { pathname: `/${anew}` }).href,
        'database corpus_anew': `database ${anew}`,
        'owner bio_mcp': `owner ${url.username}`,
      },
    );
    assert.equal(made.code, 0, made.stderr);
    assert.match(made.stdout, /^documents +1$/m);
    assert.match(made.stdout, /^biomcp_/m);
    const back = { ...env, BIO_MCP_DATABASE_URL: Object.assign(url, { pathname: `/${anew}` }).href };
    await using again = startCommand(back, 'serve');
    await again.line((line) => typeof line.url === 'string');
    await prometheus.queryUntil('bio_mcp_ready == 1', (series) => series.length === 1);
    await prometheus.alertUntil('BioMcpNotReady', 'is quiet');
  });
});
