import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { askUntil } from '../support/awaited.ts';
import { CLIENT_MODES, connectStdio, openLocalNcbi } from '../support/mcp/mcp-bench.ts';

const STATUS = 'bio-mcp://corpus/status';

describe('a client that listens over stdio', () => {
  test('hears of a sync in the older era, over stdio, once it subscribed', async () => {
    await using local = await openLocalNcbi();
    await using client = await connectStdio(local.home.env, 'legacy');
    const heard = Promise.withResolvers<string>();
    client.setNotificationHandler('notifications/resources/updated', ({ params }) =>
      heard.resolve(params.uri),
    );
    await client.subscribeResource({ uri: STATUS });
    await client.callTool({ name: 'pubmed_sync', arguments: { term: 'wombats' } });
    assert.equal(await heard.promise, STATUS);
    await client.unsubscribeResource({ uri: STATUS });
    await assert.rejects(client.subscribeResource({ uri: 'bio-mcp://nothing' }), { code: -32_602 });
  });

  for (const mode of CLIENT_MODES) {
    test(`hears over stdio of what another process does, ${mode === 'legacy' ? '2025-11-25' : '2026-07-28'}`, async () => {
      const CHECKPOINTS = 'bio-mcp://corpus/checkpoints';
      await using local = await openLocalNcbi();
      await using owner = await connectStdio(local.home.env);
      await owner.callTool({ name: 'corpus_status', arguments: {} });
      await using guest = await connectStdio(local.home.env, mode);
      const heard = new AbortController();
      guest.setNotificationHandler('notifications/resources/updated', ({ params }) =>
        heard.abort(params.uri),
      );
      if (mode === 'legacy') await guest.subscribeResource({ uri: CHECKPOINTS });
      else await guest.listen({ resourceSubscriptions: [CHECKPOINTS] });
      // It hears of what comes after its first look, of which nobody tells.
      let turn = 0;
      const change = async () => {
        turn += 1;
        await owner.callTool({ name: 'corpus_checkpoint_create', arguments: { name: `turn ${turn}` } });
        return heard.signal.aborted ? turn : null;
      };
      await askUntil(change, { what: 'word of a checkpoint', pauseMs: 100 });
      assert.equal(heard.signal.reason, CHECKPOINTS);
    });
  }
});
