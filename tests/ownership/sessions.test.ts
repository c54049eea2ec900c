import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { BioMcpError, NotFoundError } from '../../src/errors/bio-mcp-error.ts';
import { toErrorEnvelope } from '../../src/errors/error-envelope.ts';
import { PubmedBlockedError, PubmedError } from '../../src/errors/pubmed-error.ts';
import { askForFolder } from '../../src/ownership/ask-owner.ts';
import { type FolderOwner, findLivingOwner } from '../../src/ownership/folder-lock.ts';
import type { OpenedCorpus } from '../../src/ownership/guest-place.ts';
import { type CorpusSession, createGuestSession } from '../../src/ownership/guest-session.ts';
import { readReplies, sendRequest, toThrown } from '../../src/ownership/messages.ts';
import { createOpenSession } from '../../src/ownership/open-session.ts';
import type { ToolInvoker } from '../../src/tools/tool-invoker.ts';
import { TOKENS_AWAY } from '../support/http/tokens-away.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';

type Open = (options: { signal: AbortSignal }) => Promise<OpenedCorpus<string>>;

const CALL = { tool: 'ping', params: {}, traceId: '', detach: false, surface: 'cli' } as const;
const invoker: ToolInvoker = {
  call: async () => 'answered',
  follow: async () => 'followed',
  cancel: async () => undefined,
  listPmids: async () => [],
  tokens: TOKENS_AWAY,
};
const opened: OpenedCorpus<string> = { corpus: 'corpus', invoker, async [Symbol.asyncDispose]() {} };

/** An opening that lasts until it is let through; it fails, as the real one does, where its signal aborts. */
function holdOpening() {
  const gate = Promise.withResolvers<OpenedCorpus<string>>();
  const reached = Promise.withResolvers<void>();
  let count = 0;
  const open: Open = ({ signal }) => {
    count += 1;
    signal.addEventListener('abort', () => gate.reject(signal.reason));
    reached.resolve();
    return gate.promise;
  };
  return { open, reached: reached.promise, let: () => gate.resolve(opened), count: () => count };
}

const SESSIONS: [what: string, make: (open: Open, folder: string) => CorpusSession<string>][] = [
  ['on a shared corpus', (open) => createOpenSession({ open })],
  [
    'on a data folder',
    (open, folder) =>
      createGuestSession({ folder, name: 'test', open, mayRepeat: () => true, logger: silentLogger() }),
  ],
];

test('a session that ends does not wait for a client whose call hangs; the call goes on at the client', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-session-'));
  const started = Promise.withResolvers<void>();
  const hanging: ToolInvoker = {
    ...invoker,
    call: (_call, { signal }) => {
      started.resolve();
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
      );
    },
  };
  const { signal } = new AbortController();
  const given = { folder, name: 'test', mayRepeat: () => true, logger: silentLogger(), patienceMs: 0 };
  const owner = createGuestSession({ ...given, open: async () => ({ ...opened, invoker: hanging }) });
  await owner.openHere({ signal });
  const client = createGuestSession({ ...given, open: async () => opened });
  const answer = client.call(CALL, { signal });
  await started.promise;
  await owner[Symbol.asyncDispose]();
  assert.equal(await answer, 'answered');
  await client[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** A corpus whose closing lasts until it is let through. */
function holdClosing() {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const said: string[] = [];
  const corpus: OpenedCorpus<string> = {
    ...opened,
    async [Symbol.asyncDispose]() {
      said.push('closing');
      reached.resolve();
      await gate.promise;
      said.push('closed');
    },
  };
  return { corpus, said, reached: reached.promise, let: () => gate.resolve() };
}

test('a session that ends while it hands the folder over is over once the corpus is closed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-session-'));
  const { signal } = new AbortController();
  const closing = holdClosing();
  const given = { folder, name: 'test', mayRepeat: () => true, logger: silentLogger() };
  const session = createGuestSession({ ...given, open: async () => closing.corpus });
  await session.enter({ signal });
  const handedOver = askForFolder(await getOwner(folder), { signal });
  await closing.reached;
  const ended = session[Symbol.asyncDispose]().then(() => closing.said.push('ended'));
  await setImmediate();
  closing.let();
  await Promise.all([ended, handedOver]);
  assert.deepEqual(closing.said, ['closing', 'closed', 'ended']);
  await rm(folder, { recursive: true, force: true });
});

test('a session whose corpus closes badly as it is handed over goes on at the next owner', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-session-'));
  const { signal } = new AbortController();
  const given = { folder, name: 'test', mayRepeat: () => true, logger: silentLogger() };
  const broken: OpenedCorpus<string> = {
    ...opened,
    async [Symbol.asyncDispose]() {
      throw new Error('the disk is full');
    },
  };
  await using session = createGuestSession({ ...given, open: async () => broken });
  await session.enter({ signal });
  await askForFolder(await getOwner(folder), { signal });
  await using next = createGuestSession({ ...given, open: async () => opened });
  await next.enter({ signal });
  assert.equal(await session.call(CALL, { signal }), 'answered');
  await rm(folder, { recursive: true, force: true });
});

test('a session that is asked for the folder while it opens, and ends, closes the corpus once and keeps the folder until then', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-session-'));
  const { signal } = new AbortController();
  const closing = holdClosing();
  const opening = Promise.withResolvers<OpenedCorpus<string>>();
  const reached = Promise.withResolvers<void>();
  const open: Open = () => {
    reached.resolve();
    return opening.promise; // what is almost through is not stopped any more
  };
  const session = createGuestSession({
    folder,
    name: 'test',
    mayRepeat: () => true,
    logger: silentLogger(),
    open,
  });
  const entered = session.enter({ signal });
  await reached.promise;
  const { address } = await getOwner(folder);
  const service = connect(address);
  sendRequest(service, { kind: 'hand-over', trace_id: '' });
  const handedOver = once(service.resume(), 'close');
  await once(service, 'connect');
  // What comes after it is answered after it: then it waits for the opening.
  await assert.rejects(ask(address, 'no request'), { code: 'VALIDATION' });
  const ended = session[Symbol.asyncDispose]();
  opening.resolve(closing.corpus);
  await entered;
  await closing.reached;
  await setImmediate();
  assert.notEqual(await findLivingOwner(folder), null);
  closing.let();
  await Promise.all([ended, handedOver]);
  assert.deepEqual(closing.said, ['closing', 'closed']);
  await rm(folder, { recursive: true, force: true });
});

async function getOwner(folder: string): Promise<FolderOwner> {
  const owner = await findLivingOwner(folder);
  assert.ok(owner !== null);
  return owner;
}

async function ask(address: string, line: string): Promise<void> {
  const socket = connect(address);
  socket.write(`${line}\n`);
  for await (const reply of readReplies(socket)) if (reply.kind === 'error') throw toThrown(reply);
}

test('a command makes, lists and revokes tokens through the owner of the folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-session-'));
  const asked: unknown[] = [];
  const dates = { createdAt: '2026-03-01T00:00:00.000Z', expiresAt: null, revokedAt: null, lastUsedOn: null };
  const ada = { name: 'ada', scopes: ['bio:read'] as const, ...dates };
  const owning: ToolInvoker = {
    ...invoker,
    tokens: {
      async create(token) {
        asked.push(token);
        return ada;
      },
      list: async () => [ada],
      async revoke(name) {
        asked.push(name);
        throw new NotFoundError('There is no token of that name that holds.');
      },
    },
  };
  const { signal } = new AbortController();
  const given = { folder, name: 'test', mayRepeat: () => true, logger: silentLogger(), patienceMs: 0 };
  await using owner = createGuestSession({ ...given, open: async () => ({ ...opened, invoker: owning }) });
  await owner.enter({ signal });
  await using client = createGuestSession({ ...given, open: async () => opened });
  const token = { name: 'ada', scopes: ['bio:read'] as const, hash: 'f'.repeat(64), expiresAt: null };
  assert.deepEqual(await client.tokens.create(token, { signal }), ada);
  assert.deepEqual(await client.tokens.list({ signal }), [ada]);
  await assert.rejects(client.tokens.revoke('eve', { signal }), { code: 'NOT_FOUND' });
  assert.deepEqual(asked, [token, 'eve']);
  await client[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test('a failure at the owner of the folder has the same envelope at its client, and the same time to wait', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-session-'));
  const failures = [
    new PubmedBlockedError({ message: 'NCBI redirects to its page for blocked callers' }),
    new PubmedError('PUBMED_RATE_LIMITED', { message: 'HTTP 429', retryAfterMs: 90_000 }),
    new PubmedError('PUBMED_TIMEOUT', { message: 'no answer' }),
    new BioMcpError('PUBMED_UNAVAILABLE', 'Set the proxy right.', { message: 'ECONNREFUSED' }),
    new NotFoundError('There is no such document.'),
  ];
  const thrown = failures.values();
  const failing: ToolInvoker = {
    ...invoker,
    call: async () => {
      throw thrown.next().value;
    },
  };
  const { signal } = new AbortController();
  const given = { folder, name: 'bio-mcp serve', mayRepeat: () => true, logger: silentLogger() };
  await using owner = createGuestSession({ ...given, open: async () => ({ ...opened, invoker: failing }) });
  await owner.enter({ signal });
  await using client = createGuestSession({ ...given, open: async () => opened });
  const told = { traceId: '', tool: 'pubmed.search' };
  for (const failure of failures) {
    const error = await client.call(CALL, { signal }).catch((caught: unknown) => caught);
    assert.deepEqual(toErrorEnvelope(error, told), toErrorEnvelope(failure, told));
  }
  await rm(folder, { recursive: true, force: true });
});

test('an owner that was started from other code and lacks a tool is named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-session-'));
  const older: ToolInvoker = {
    ...invoker,
    call: async () => {
      throw new BioMcpError('TOOL_NOT_FOUND', 'There is no tool of that name.');
    },
  };
  const { signal } = new AbortController();
  const given = { folder, name: 'bio-mcp serve', mayRepeat: () => true, logger: silentLogger() };
  await using owner = createGuestSession({ ...given, open: async () => ({ ...opened, invoker: older }) });
  await owner.enter({ signal });
  await using client = createGuestSession({ ...given, open: async () => opened });
  await assert.rejects(client.call(CALL, { signal }), {
    code: 'TOOL_NOT_FOUND',
    message: /^`bio-mcp serve` \(process \d+\) has the data folder and does not know this tool/,
  });
  await rm(folder, { recursive: true, force: true });
});

for (const [what, make] of SESSIONS) {
  describe(`a session ${what}`, () => {
    async function withSession(open: Open, work: (session: CorpusSession<string>) => Promise<void>) {
      const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-session-'));
      try {
        await using session = make(open, folder);
        await work(session);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }
    const { signal } = new AbortController();
    const failFirst = () => {
      let attempts = 0;
      const open: Open = async () => {
        attempts += 1;
        if (attempts === 1) throw new Error('the database is away');
        return opened;
      };
      return { open, attempts: () => attempts };
    };

    test('opens again at the next call where the first opening failed', async () => {
      const { open, attempts } = failFirst();
      await withSession(open, async (session) => {
        await assert.rejects(session.call(CALL, { signal }), /the database is away/);
        assert.equal(await session.call(CALL, { signal }), 'answered');
        assert.equal(await session.openHere({ signal }), 'corpus');
        assert.equal(attempts(), 2);
      });
    });

    test('entered early it is open for the first call, which tries again where that failed', async () => {
      const { open, attempts } = failFirst();
      await withSession(open, async (session) => {
        await assert.rejects(session.enter({ signal }), /the database is away/);
        await session.enter({ signal });
        assert.equal(attempts(), 2);
        assert.equal(await session.call(CALL, { signal }), 'answered');
        assert.equal(attempts(), 2);
      });
    });

    test('a call that is cancelled while the corpus opens fails no other call', async () => {
      const opening = holdOpening();
      await withSession(opening.open, async (session) => {
        const cancelled = new AbortController();
        const first = session.call(CALL, { signal: cancelled.signal });
        const second = session.call(CALL, { signal });
        await opening.reached;
        cancelled.abort(new Error('changed my mind'));
        await assert.rejects(first, /changed my mind/);
        opening.let();
        assert.equal(await second, 'answered');
        assert.equal(opening.count(), 1);
      });
    });

    test('an opening ends with the session', async () => {
      const opening = holdOpening();
      let waiting: Promise<unknown> | undefined;
      await withSession(opening.open, async (session) => {
        waiting = assert.rejects(session.call(CALL, { signal }), { name: 'AbortError' });
        await opening.reached;
      });
      await waiting;
    });
  });
}
