import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { runCommand } from '../support/processes/run-command.ts';
import { startService } from '../support/processes/service-process.ts';
import { startNcbiStandIn } from '../support/pubmed/ncbi-stand-in/ncbi-stand-in.ts';
import { articleXml } from '../support/pubmed/pubmed-xml.ts';

/** What a later release applies that this one cannot work with; and what takes it back. */
const LATER = sql`insert into migrations (name, compatible) values ('9999_later', false)`;
const NO_LATER = sql`delete from migrations where name = '9999_later'`;

test('a process that a later release has overtaken begins no job and publishes nothing, and goes on once it may', async () => {
  const records = [articleXml({ pmid: 50_000_000, title: 'Of wombats.', abstract: 'About wombats.' })];
  await using ncbi = await startNcbiStandIn({ records, limits: false });
  await using home = await makeTestHome({ settings: { BIO_MCP_PUBMED_BASE_URL: ncbi.url } });
  await using service = await startService(home.env, 'serve');
  await service.probeUntil(({ status }) => status === 200);
  await home.query((kysely) => LATER.execute(kysely));

  const posted = await fetch(`${service.url}/v1/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tool: 'pubmed.sync', params: { term: 'wombats' } }),
  });
  const { job_id: jobId } = (await posted.json()) as { job_id: string };
  const { msg } = await service.process.line((line) => String(line.msg).startsWith('no job is begun'));
  assert.match(String(msg), /A later release has migrated the database \(9999_later\)/);
  const { failing } = await service.probeUntil(({ status }) => status === 503);
  assert.deepEqual(Object.keys(failing), ['migrations']);
  const marked = await service.invoke('corpus.checkpoint.create', { name: 'now' });
  assert.deepEqual([marked.status, marked.body.error_code], [503, 'DB_UNAVAILABLE']);
  assert.match(String(marked.body.message), /9999_later/);
  const state = await home.query((kysely) =>
    kysely.selectFrom('jobs').select(['state', 'attempt']).where('id', '=', jobId).execute(),
  );
  assert.deepEqual(state, [{ state: 'queued', attempt: 0 }]);

  await home.query((kysely) => NO_LATER.execute(kysely));
  const ended = await service.process.line((line) => line.msg === 'an attempt at a job ended');
  assert.deepEqual([ended.job_id, ended.status], [jobId, 'succeeded']);
  const found = await runCommand(['search', 'wombats'], { env: home.env });
  assert.match(found.stdout, /Of wombats/);
});
