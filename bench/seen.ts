/**
 * What it costs to be seen: `POST /v1/mcp/invoke` of `ping` with a line of the log and metrics of each
 * request, beside the same app with neither, in turns in one run, by the CPU time (user and system) of the
 * server; then its memory over 100,000 requests. Traces are off. Each server is a process of its own, which
 * writes its log into a pipe as in a container; the clients run here.
 * Usage: node bench/seen.ts [rounds]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createMeasuredApp } from './http/measured-app.ts';
import { postRepeatedly, toPercentile } from './load-generator.ts';

const KINDS = {
  'log and metrics': { isLogged: true, isCounted: true },
  'log alone': { isLogged: true, isCounted: false },
  'metrics alone': { isLogged: false, isCounted: true },
  neither: { isLogged: false, isCounted: false },
} as const;
/** Short ones in turns, and a low percentile of them: a busy machine blurs that least. */
const POST = { body: '{"tool":"ping","params":{"message":"hello"}}', clients: 20, durationMs: 150 };
const QUIET = 0.12;
const MANY = 100_000;

/** What a server tells when it is asked. */
interface Told {
  cpuUs: number;
  heapBytes: number;
}

const kind = process.argv[2] ?? '100';
if (Object.hasOwn(KINDS, kind)) await serve(kind as keyof typeof KINDS);
else await measure(Number(kind));

async function serve(name: keyof typeof KINDS): Promise<void> {
  const { isLogged, isCounted } = KINDS[name];
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const { app } = await createMeasuredApp({ isLogged, isCounted, credential: null });
  process.on('message', (asked) => {
    if (asked === 'heap') collectGarbage();
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuUs: user + system, heapBytes: process.memoryUsage().heapUsed } satisfies Told);
  });
  process.send?.(`${await app.listen({ port: 0, host: '127.0.0.1' })}/v1/mcp/invoke`);
}

async function measure(rounds: number): Promise<void> {
  const servers = await Promise.all((Object.keys(KINDS) as (keyof typeof KINDS)[]).map(start));
  for (let round = -12; round < rounds; round += 1) {
    for (const server of servers) {
      const cost = await run(server);
      if (round >= 0) server.costs.push(cost.cpuUs / cost.requests);
    }
  }
  const toCpu = ({ costs }: Server) => toPercentile(costs, QUIET);
  const neither = toCpu(servers.at(-1) as Server);
  const toRow = (server: Server) => ({
    'CPU µs a request': toCpu(server).toFixed(1),
    ratio: (toCpu(server) / neither).toFixed(3),
  });
  console.table(Object.fromEntries(servers.map((server) => [server.name, toRow(server)])));
  const [whole] = servers as [Server];
  const rows: Record<string, object> = {};
  for (let done = 0; done < MANY; ) {
    for (const until = done + 10_000; done < until; ) done += (await run(whole)).requests;
    const { heapBytes } = await ask(whole, 'heap');
    rows[`after ${done} requests`] = { 'heap MB': (heapBytes / 1e6).toFixed(1) };
  }
  console.table(rows);
  for (const { child } of servers) child.kill();
}

interface Server {
  name: string;
  child: ChildProcess;
  url: string;
  costs: number[];
}

async function start(name: string): Promise<Server> {
  const child = fork(new URL(import.meta.url), [name], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  child.stdout?.resume();
  const [url]: string[] = await once(child, 'message');
  return { name, child, url: url ?? '', costs: [] };
}

async function run(server: Server): Promise<{ requests: number; cpuUs: number }> {
  const before = await ask(server, 'cpu');
  const answers = await postRepeatedly({ ...POST, url: server.url });
  if (answers.some(({ status }) => status !== 200)) throw new Error('a request was refused');
  return { requests: answers.length, cpuUs: (await ask(server, 'cpu')).cpuUs - before.cpuUs };
}

async function ask({ child }: Server, what: 'cpu' | 'heap'): Promise<Told> {
  child.send(what);
  const [told]: Told[] = await once(child, 'message');
  if (told === undefined) throw new Error('a server told nothing');
  return told;
}
