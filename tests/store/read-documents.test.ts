import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toDocuments } from '../../src/store/read-documents.ts';
import { countTurns } from '../support/time/count-turns.ts';
import { archived, revision } from './sample-batches.ts';

test('many documents are unpacked a few at a time, while other work gets its turn', async () => {
  const rows = Array.from({ length: 50 }, (_, at) => {
    const {
      pmid,
      document,
      revision: number,
      contentHash,
    } = revision(at + 1, `${at}`, { title: `Title ${at}` });
    const { uri, fetchedAt } = archived(at + 1, `${at}`);
    return {
      pmid,
      document,
      revision: number,
      content_hash: contentHash,
      s3_uri: uri,
      fetched_at: fetchedAt,
    };
  });
  let titles: (string | null)[] = [];
  const turns = await countTurns(async () => {
    titles = [...(await toDocuments(rows)).values()].map(({ title }) => title);
  });
  assert.deepEqual(
    titles,
    rows.map((_, at) => `Title ${at}`),
  );
  assert.ok(turns >= 9, `${turns} turns`);
});
