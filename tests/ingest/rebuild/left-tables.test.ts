import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { corpusReindex } from '../../../src/tools/corpus-reindex.ts';
import { callTool } from '../../support/corpus/call-tool.ts';
import { findPmids, loadInto, makeTestHome } from '../../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../../support/pubmed/pubmed-xml.ts';

/** Refuses that the schema of a rebuild goes once its tables have taken their place. */
const REFUSE = sql`
  create function refuse() returns event_trigger language plpgsql as $$ begin
    if exists (select from pg_event_trigger_dropped_objects() where object_type = 'schema') then
      if (select index_generation from public.corpus_state) > 1 then raise exception 'not now'; end if;
    end if;
  end $$`;

test('a rebuild whose leftovers cannot be removed has ended well, and the next one removes them', async () => {
  await using home = await makeTestHome({ engine: 'PostgreSQL' });
  await using corpus = await home.open();
  await loadInto(corpus, await home.write('1.xml', setXml(articleXml({ pmid: 1, title: 'Of wombats.' }))));
  await home.query(async (kysely) => {
    await REFUSE.execute(kysely);
    await sql`create event trigger refusing on sql_drop execute function refuse()`.execute(kysely);
  });
  assert.equal((await callTool(corpus, corpusReindex, {})).failed, 0);
  assert.deepEqual(await findPmids(corpus, 'wombats'), ['1']);
  await home.query((kysely) => sql`drop event trigger refusing`.execute(kysely));
  await callTool(corpus, corpusReindex, {});
  const left = sql`select from pg_namespace where nspname = 'corpus_rebuild'`;
  assert.deepEqual((await home.query((kysely) => left.execute(kysely))).rows, []);
});
