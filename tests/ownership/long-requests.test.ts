import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { answerClient } from '../../src/ownership/answer-client.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';

const PIECE = Buffer.alloc(65_536, 'x');
const MOST_BYTES = 8 * 1_048_576;

test('a request without an end is refused at 8 MiB, and one in small pieces is understood', async () => {
  await using owner = await startOwner();
  const endless = await owner.connect();
  let isOver = false;
  void endless.reply.then(() => {
    isOver = true;
  });
  let sent = 0;
  while (!isOver && sent < 4 * MOST_BYTES) {
    sent += PIECE.length;
    await new Promise((resolve) => endless.socket.write(PIECE, resolve));
  }
  assert.ok(sent < 4 * MOST_BYTES, 'it read on and on');
  const { code, hint } = await endless.reply;
  assert.equal(code, 'VALIDATION');
  assert.match(hint, /too long .* takes 8 MiB/);

  const { socket, reply } = await owner.connect();
  const request = { kind: 'hand-over', protocol: 2, trace_id: 'é' };
  for (const byte of Buffer.from(`${JSON.stringify(request)}\n`)) socket.write(Buffer.of(byte));
  assert.equal((await reply).kind, 'answer');
  assert.equal(owner.handedOver, 1);
});

async function startOwner() {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-owner-'));
  const address = join(folder, 'socket');
  const owner = { address, handedOver: 0 };
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    void answerClient(socket, {
      invoker: () => Promise.reject(new Error('nobody calls')),
      handOver: async () => {
        owner.handedOver += 1;
      },
      logger: silentLogger(),
      leaving: new AbortController().signal,
    });
  });
  server.listen(address);
  await once(server, 'listening');
  const sockets: Socket[] = [];
  return Object.assign(owner, {
    async connect() {
      const socket = connect(address);
      socket.on('error', () => undefined); // the owner hangs up while this still writes
      sockets.push(socket);
      const reply = once(createInterface({ input: socket }), 'line').then(([line]) => JSON.parse(line));
      await once(socket, 'connect');
      return { socket, reply };
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await rm(folder, { recursive: true });
    },
  });
}
