import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { listFields } from '../../src/tools/schemas/document-fields.ts';
import { INHERITED } from '../support/processes/command-process.ts';
import { type Answer, type Env, follow, isLong, type Surface, startServer, toFailure } from './surfaces.ts';

const PROGRAM = new URL('../../src/main.ts', import.meta.url).pathname;

/** Sentences name tools as the list does: so that they are the golden ones, it has dotted names. */
const DOTTED = { BIO_MCP_MCP_TOOL_NAMES: 'dotted' };

/** What a conversation is spared unless it is named. */
const WHOLE: Readonly<Record<string, Record<string, unknown>>> = {
  'rag.get': { fields: listFields(['quality', 'checkpoints']) },
  'pubmed.get': { fields: listFields() },
};

/** `bio-mcp stdio`, started by the official client. */
export async function openStdio(env: Env): Promise<Surface> {
  const started = { command: process.execPath, args: [PROGRAM, 'stdio'], stderr: 'ignore' as const };
  return connect(new StdioClientTransport({ ...started, env: { ...INHERITED, ...env, ...DOTTED } }));
}

/** `/mcp` of `bio-mcp serve`. */
export async function openStreamableHttp(env: Env): Promise<Surface> {
  const { server, url } = await startServer({ ...env, ...DOTTED });
  return connect(new StreamableHTTPClientTransport(new URL('/mcp', url)), server);
}

async function connect(transport: Transport, server?: AsyncDisposable): Promise<Surface> {
  const client = new Client({ name: 'golden', version: '1.0.0' });
  await client.connect(transport);
  const call = async (tool: string, params: Record<string, unknown>): Promise<Answer> => {
    const name = tool.replaceAll('.', '_');
    const { isError, structuredContent, content } = await client.callTool({
      name,
      arguments: { ...WHOLE[tool], ...params },
    });
    const [twin] = content;
    if (twin?.type !== 'text') throw new Error(`${name} answered without text`);
    if (isError === true) return toFailure(JSON.parse(twin.text));
    return { ok: true, result: structuredContent };
  };
  return {
    async call(tool, params) {
      const answer = await call(tool, params);
      if (!answer.ok || !isLong(tool)) return answer;
      const { job_id } = answer.result as { job_id: string }; // what a long tool answers
      return follow(() => call('jobs.get', { job_id, wait_seconds: 45 }));
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await server?.[Symbol.asyncDispose]();
    },
  };
}
