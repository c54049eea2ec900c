import { askUntil } from '../awaited.ts';
import { type CommandProcess, startCommand } from './command-process.ts';

export interface Probe {
  status: number;
  /** By name, those that failed: their reasons. */
  failing: Record<string, string>;
}

/** `bio-mcp http` or `serve` on a port of its own, in a process of its own. */
export interface ServiceProcess extends AsyncDisposable {
  readonly process: CommandProcess;
  readonly url: string;
  readyz(): Promise<Probe>;
  /**
   * Resolves with the first answer of `readyz` that `isIt` takes; asks as often as a load balancer would not.
   */
  probeUntil(isIt: (probe: Probe) => boolean): Promise<Probe>;
  /** Status and body of a tool call. */
  invoke(
    tool: string,
    params: Record<string, unknown>,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
}

export async function startService(
  env: Record<string, string>,
  command: 'http' | 'serve',
): Promise<ServiceProcess> {
  const process = startCommand({ ...env, BIO_MCP_HTTP_PORT: '0' }, command);
  const listening = await process.line((line) => typeof line.url === 'string');
  const url = String(listening.url);
  const readyz = async (): Promise<Probe> => {
    const response = await fetch(`${url}/readyz`);
    const { checks } = (await response.json()) as { checks: { name: string; reason: string | null }[] };
    const failing = checks.flatMap(({ name, reason }) => (reason === null ? [] : [[name, reason]]));
    return { status: response.status, failing: Object.fromEntries(failing) };
  };
  return {
    process,
    url,
    readyz,
    async probeUntil(isIt) {
      let last: Probe | undefined;
      const probe = async () => {
        last = await readyz();
        return isIt(last) ? last : null;
      };
      return askUntil(probe, { what: 'another readiness', came: () => JSON.stringify(last), pauseMs: 100 });
    },
    async invoke(tool, params) {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ tool, params });
      const response = await fetch(`${url}/v1/mcp/invoke`, { method: 'POST', headers, body });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}
