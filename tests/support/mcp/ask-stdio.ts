import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { awaitEvent, endWithTest } from '../awaited.ts';

const MAIN = new URL('../../../src/main.ts', import.meta.url).pathname;
const PARAMS = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'test', version: '0' },
};

/**
 * `bio-mcp stdio` in a process of its own, which is asked one thing and ends with its input. `preload`: a
 * module for `--import`. Resolves to all that it wrote.
 */
export async function askStdio(
  request: { method: string; params?: object },
  { preload, env }: { preload: string; env: Record<string, string> },
): Promise<{ stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['--import', preload, MAIN, 'stdio'], {
    env: { PATH: process.env.PATH, BIO_MCP_LOG_LEVEL: 'silent', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  endWithTest(child);
  const closed = once(child, 'close').then(() => null);
  const told = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      told[name] += text;
    });
  }
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  send({ id: 1, method: 'initialize', params: PARAMS });
  send({ method: 'notifications/initialized' });
  send({ id: 2, ...request });
  const awaited = { what: `the answer to ${request.method}`, came: () => told.stdout + told.stderr };
  while (!told.stdout.includes('"id":2}')) {
    const heard = await awaitEvent(Promise.race([once(child.stdout, 'data'), closed]), awaited);
    if (heard === null) throw new Error(`it ended without an answer: ${awaited.came()}`);
  }
  child.stdin.end();
  await closed;
  return told;
}
