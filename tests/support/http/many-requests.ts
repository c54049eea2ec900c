import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startHttpServer } from '../../../src/http/http-server.ts';
import { silentLogger } from '../telemetry/silent-logger.ts';
import { createTestApp } from './test-app.ts';

/**
 * A process that answers many calls of its own over real connections. `old`: V8 makes objects of a place old
 * where those before lived on, as it does by itself. V8 tells on stdout of each such place that it meets once
 * the server listens; stderr tells how many requests there were, and how many are still in memory.
 */
const CONNECTIONS = 32;
const REQUESTS = 3_200;

await using bench = createTestApp({ logger: silentLogger() });
const requests: WeakRef<object>[] = [];
bench.app.addHook('onRequest', async (one) => void requests.push(new WeakRef(one)));
await using server = await startHttpServer({ app: bench.app, host: '127.0.0.1', port: 0 });
if (process.argv[2] === 'old') setFlagsFromString('--allocation-site-pretenuring');
setFlagsFromString('--trace-pretenuring-statistics');

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
await Promise.all(Array.from({ length: CONNECTIONS }, callOften));
agent.destroy();
setFlagsFromString('--no-trace-pretenuring-statistics');
setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
await new Promise((resolve) => setImmediate(resolve)); // a reference that was just made or read holds until then
collectGarbage();
const alive = requests.filter((one) => one.deref() !== undefined).length;
process.stderr.write(JSON.stringify({ requests: requests.length, alive }));

async function callOften(): Promise<void> {
  for (let left = REQUESTS / CONNECTIONS; left > 0; left--) await call();
}

async function call(): Promise<void> {
  const body = '{"tool":"ping","params":{}}';
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const sent = request(`${server.url}/v1/mcp/invoke`, { method: 'POST', agent, headers });
  sent.end(body);
  const [answer] = await once(sent, 'response');
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 200) throw new Error(`answered ${answer.statusCode}`);
}
