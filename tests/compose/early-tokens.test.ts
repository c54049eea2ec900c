import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openEarlyTokens } from '../../src/compose/rooms/open-early-tokens.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { createSqlAccessTokens } from '../../src/store/access/sql-access-tokens.ts';
import { openPostgres } from '../../src/store/database/database.ts';
import { createTestPostgres } from '../support/postgres/databases.ts';

test('looks that wait for the one connection are answered by it, though the corpus opens meanwhile', async ({
  signal,
}) => {
  const url = await createTestPostgres();
  const hash = 'ab'.repeat(32);
  await using database = await openPostgres({ url, max: 1 });
  const made = createSqlAccessTokens({ database, clock: systemClock });
  await made.create({ name: 'watch', scopes: ['bio:read'], hash, expiresAt: null }, { signal });
  await using others = await openPostgres({ url: await createTestPostgres(), max: 1 });
  const ofCorpus = createSqlAccessTokens({ database: others, clock: systemClock });
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  const limits = { poolSize: 1, statementTimeoutMs: 60_000, lockStaleAfterMs: 45_000 };
  const config = { database: { kind: 'postgres' as const, url, ...limits }, secretSources: new Map() };
  await using tokens = await openEarlyTokens({
    config,
    corpus: { services: { accessTokens: ofCorpus }, opened },
  });

  const looks = Array.from({ length: 5 }, () => tokens.find(hash, { signal }));
  const marking = tokens.markUsed(hash, '2026-03-01', { signal });
  open();

  assert.deepEqual(
    (await Promise.all(looks)).map((found) => found?.name),
    Array(5).fill('watch'),
  );
  await marking;
  assert.equal((await made.find(hash, { signal }))?.lastUsedOn, '2026-03-01');
  assert.equal(await tokens.find(hash, { signal }), null, 'from then on the corpus is asked');
});
