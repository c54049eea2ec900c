import assert from 'node:assert/strict';
import type { Job } from '../../src/domain/jobs/job.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { awaitEnd } from '../support/jobs/ended-job.ts';
import { runCommand } from '../support/processes/run-command.ts';
import { startService } from '../support/processes/service-process.ts';

export type Answer = { ok: true; result: unknown } | { ok: false; error_code: string; message: string };

/**
 * One way to reach the tools. A long tool is followed to its end; its answer is what `jobs.get` then tells.
 */
export interface Surface extends AsyncDisposable {
  call(tool: string, params: Record<string, unknown>): Promise<Answer>;
}

export type Env = Record<string, string>;
type Json = ReturnType<typeof JSON.parse>;

const LONG_TOOLS = new Set(TOOLS.filter(({ kind }) => kind === 'long').map(({ name }) => name));

export const isLong = (tool: string) => LONG_TOOLS.has(tool);

/** What an error envelope says that is the same wherever the call came in. */
export function toFailure({ error_code, message }: { error_code: string; message: string }): Answer {
  return { ok: false, error_code, message };
}

/** What `jobs.get` tells once the job has ended. */
export async function follow(look: () => Promise<Answer>): Promise<Answer> {
  const job = await awaitEnd(async () => {
    const answer = await look();
    return answer.ok ? (answer.result as Job) : Promise.reject(new Error(answer.message));
  });
  return { ok: true, result: job };
}

/** Each call is a command of its own, one after the other. */
export async function openCommandLine(env: Env): Promise<Surface> {
  const invoke = async (tool: string, params: Record<string, unknown>): Promise<Answer> => {
    const { code, stdout } = await runCommand(['invoke', tool, '--params', JSON.stringify(params)], {
      env,
    });
    const answer: Json = JSON.parse(stdout);
    return code === 0 ? { ok: true, result: answer } : toFailure(answer);
  };
  return {
    async call(tool, params) {
      const answer = await invoke(tool, params);
      if (!answer.ok || !isLong(tool)) return answer;
      const listed = await invoke('jobs.list', { tool, limit: 1 });
      const [job] = listed.ok ? (listed.result as { jobs: Json[] }).jobs : [];
      return invoke('jobs.get', { job_id: job.job_id });
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** `POST /v1/mcp/invoke`, and `POST /v1/jobs` for a long tool. */
export async function openHttp(env: Env): Promise<Surface> {
  const { server, url } = await startServer(env);
  const ask = async (method: string, path: string, body?: object): Promise<Json> => {
    const json = { 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { headers: json, body: JSON.stringify(body) };
    const response = await fetch(`${url}${path}`, { method, ...sent });
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8', path);
    return response.json();
  };
  return {
    async call(tool, params) {
      if (isLong(tool)) {
        const posted = await ask('POST', '/v1/jobs', { tool, params });
        if (posted.ok === false) return toFailure(posted);
        const wait = { tool: 'jobs.get', params: { job_id: posted.job_id, wait_seconds: 45 } };
        return follow(async () => ({ ok: true, result: (await ask('POST', '/v1/mcp/invoke', wait)).result }));
      }
      const answer = await ask('POST', '/v1/mcp/invoke', { tool, params });
      return answer.ok ? { ok: true, result: answer.result } : toFailure(answer);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** `bio-mcp serve` on a free port, ready to work. */
export async function startServer(env: Env): Promise<{ server: AsyncDisposable; url: string }> {
  const server = await startService(env, 'serve');
  await server.probeUntil(({ status }) => status === 200);
  return { server, url: server.url };
}
