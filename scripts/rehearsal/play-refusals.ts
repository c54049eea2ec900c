import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runContainer } from '../image/container.ts';
import { expect } from './report.ts';

/** What cannot work ends at once, with one message that names all that is wrong. */
export async function playRefusals(image: string): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'bio-mcp-refused-'));
  const refuse = async (what: string, args: string[], env: Record<string, string>, named: string[]) => {
    const container = runContainer(image, { data, env, args });
    const startedAt = performance.now();
    try {
      const [code] = await once(container.process, 'close');
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
      const missing = named.filter((name) => !container.errors().includes(name));
      const holds = code !== 0 && missing.length === 0;
      expect(holds, `${what}: ended with ${code} after ${seconds} s:\n${container.errors().trimEnd()}`);
    } finally {
      container.remove();
    }
  };
  try {
    await refuse('http without a word on who may ask', ['http'], {}, [
      'BIO_MCP_AUTH',
      'BIO_MCP_HTTP_PRIVATE_NETWORK',
    ]);
    const wrong = { BIO_MCP_HTTP_PORT: 'abc', BIO_MCP_EMBEDDER: 'magic', BIO_MCP_TOOL_LIMIT_PING: '-1' };
    await refuse('three wrong settings', ['http'], wrong, Object.keys(wrong));
    await refuse('a worker without a database', ['worker'], {}, ['BIO_MCP_DATABASE_URL']);
  } finally {
    await rm(data, { recursive: true });
  }
}
