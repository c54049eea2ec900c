import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { OwnerGoneError } from '../../src/ownership/ask-owner.ts';
import type { OpenedCorpus } from '../../src/ownership/guest-place.ts';
import { createGuestSession, type GuestSessionOptions } from '../../src/ownership/guest-session.ts';
import { openService } from '../../src/ownership/open-service.ts';
import { TOKENS_AWAY } from '../support/http/tokens-away.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';

const { signal } = new AbortController();
const CALL = { tool: 'ping', params: {}, traceId: '', detach: false, surface: 'cli' } as const;
const logger = silentLogger();
/** Of the event loop: more than an answer takes through the owner's socket. */
const TURNS = 100;

/** A corpus whose calls end as `call` does. */
function toOpened(call: () => Promise<unknown>): OpenedCorpus<string> {
  const invoker = {
    call,
    follow: call,
    cancel: async () => undefined,
    listPmids: async () => [],
    tokens: TOKENS_AWAY,
  };
  return { corpus: 'corpus', invoker, async [Symbol.asyncDispose]() {} };
}

/** Its database breaks off for good under the first call, as the process learns at the same moment. */
function makeLosing() {
  const losing = new AbortController();
  const failed = Promise.withResolvers<void>();
  const opened = toOpened(async () => {
    losing.abort(new OwnerGoneError({ wasAsked: true }));
    failed.resolve();
    throw new BioMcpError('DB_UNAVAILABLE', 'The database did not answer; try again later.');
  });
  return { opened, lost: losing.signal, failed: failed.promise };
}

function createSession(folder: string, given: Pick<GuestSessionOptions<string>, 'open' | 'lost'>) {
  return createGuestSession({ folder, name: 'test', mayRepeat: () => true, logger, ...given });
}

describe('the client of an owner whose corpus is lost under its call', () => {
  const owners = {
    async service(folder: string) {
      const { opened, lost, failed } = makeLosing();
      const owner = await openService(
        { folder, name: 'serve', lost, open: async () => opened, logger },
        { signal },
      );
      return { owner, failed };
    },
    async command(folder: string) {
      const { opened, lost, failed } = makeLosing();
      const owner = createSession(folder, { lost, open: async () => opened });
      await owner.openHere({ signal });
      return { owner, failed };
    },
  };
  for (const [kind, start] of Object.entries(owners)) {
    test(`hears nothing of it, and goes on at the next owner: a ${kind}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-lost-'));
      const { owner, failed } = await start(folder);
      await using client = createSession(folder, { open: async () => toOpened(async () => 'answered') });
      const answer = client.call(CALL, { signal });
      // Had it been told of the failure, it would end with that.
      answer.catch(() => undefined);
      await failed;
      for (let turn = 0; turn < TURNS; turn++) await setImmediate();
      await owner[Symbol.asyncDispose]();
      assert.equal(await answer, 'answered');
      await rm(folder, { recursive: true, force: true });
    });
  }
});
