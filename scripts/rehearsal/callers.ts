import { ask } from '../walk/ask.ts';

/** What the callers saw so far. */
export interface Calls {
  answered: number;
  /** One line for each answer that is none, or no 2xx. */
  failed: string[];
}

const QUERIES = ['heart failure', 'glioblastoma', 'metformin diabetes', 'randomised trial of statins'];

/** Callers that ask one thing after another, until `stop` is called: short tools, searches, lists of jobs. */
export function startCallers(port: number, count: number): { calls: Calls; stop(): Promise<void> } {
  const calls: Calls = { answered: 0, failed: [] };
  let isStopped = false;
  const call = async (at: number): Promise<void> => {
    for (let turn = at; !isStopped; turn += 1) {
      const [method, path, body] = choose(turn);
      const what = `${method} ${path} ${body === undefined ? '' : JSON.stringify(body)}`;
      const answer = await ask(port, method, path, body).catch((error: Error) => ({
        status: 0,
        body: String(error.cause ?? error),
      }));
      if (answer.status === 200) calls.answered += 1;
      else calls.failed.push(`${what}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`);
    }
  };
  const running = Array.from({ length: count }, (_, at) => call(at));
  return {
    calls,
    async stop() {
      isStopped = true;
      await Promise.all(running);
    },
  };
}

function choose(turn: number): [method: string, path: string, body?: object] {
  const query = QUERIES[turn % QUERIES.length] ?? '';
  if (turn % 3 === 0) return ['POST', '/v1/mcp/invoke', { tool: 'ping', params: { message: query } }];
  if (turn % 3 === 1) return ['POST', '/v1/mcp/invoke', { tool: 'rag.search', params: { query, top_k: 3 } }];
  return ['GET', '/v1/mcp/tools'];
}
