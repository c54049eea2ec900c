import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { startHttpServer } from '../../src/http/http-server.ts';
import { createTestApp } from '../support/http/test-app.ts';

/** A byte a second: each keeps Node from taking the connection for an idle one. */
const PAUSE_MS = 1_000;

/**
 * Sends what it is given byte by byte until the server ends the connection, and resolves to what that
 * answered.
 */
async function drip(socket: Socket, text: string): Promise<string> {
  const chunks: string[] = [];
  socket.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  socket.on('error', () => undefined); // the end is what is waited for
  let at = 0;
  const dripping = setInterval(() => socket.write(text[at++ % text.length] ?? ' '), PAUSE_MS);
  await once(socket, 'close');
  clearInterval(dripping);
  return chunks.join('');
}

describe('a caller that is slow on purpose', () => {
  test('is cut off while it sends its headers, and others are answered meanwhile', async () => {
    await using harness = createTestApp();
    await using server = await startHttpServer({ app: harness.app, host: '127.0.0.1', port: 0 });
    const port = Number(new URL(server.url).port);
    const slow = Array.from({ length: 200 }, () => {
      const socket = connect(port, '127.0.0.1');
      socket.write('GET /v1/mcp/tools HTTP/1.1\r\nhost: localhost\r\nx-slow: ');
      return drip(socket, 'x');
    });
    assert.equal((await fetch(`${server.url}/v1/mcp/tools`)).status, 200);
    const answers = await Promise.all(slow);
    assert.ok(
      answers.every(
        (answer) => answer.startsWith('HTTP/1.1 400 ') && answer.includes('did not arrive in time'),
      ),
    );
    assert.equal((await fetch(`${server.url}/v1/mcp/tools`)).status, 200);
  });

  test('is cut off while it sends its body', async () => {
    await using harness = createTestApp();
    await using server = await startHttpServer({ app: harness.app, host: '127.0.0.1', port: 0 });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(
      'POST /v1/mcp/invoke HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n',
    );
    const answer = await drip(socket, ' ');
    assert.match(answer, /^HTTP\/1.1 400 [\s\S]*did not arrive in time/);
  });
});
