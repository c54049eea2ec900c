/**
 * What it costs to be seen: `POST /v1/mcp/invoke` of `ping` with a line of the log and metrics of each
 * request, beside the same app with neither; then its memory over 100,000 requests. Traces are off. Each
 * server is a process of its own, which writes its log into a pipe as in a container; the clients run here.
 *
 * What is compared is the CPU time (user, system, all threads) of the servers for a request. The servers of a
 * set are warm before, and are asked in turns, there and back, so that what the machine does meanwhile falls
 * on all alike; each such pair of turns gives a ratio. Two processes of one code differ too, for good, and
 * the first that starts costs more than the last: so there are several sets of new processes, each begun with
 * another kind, and with one more server with neither, whose ratio is the error. The last kind shows what a
 * process costs whose young heap has stayed small.
 * Usage: node bench/seen.ts [sets]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createMeasuredApp } from './http/measured-app.ts';
import { type Clients, openClients, toPercentile } from './load-generator.ts';

const NEITHER = 'neither';
const KINDS = {
  'log and metrics': { isLogged: true, isCounted: true },
  'log alone': { isLogged: true, isCounted: false },
  'metrics alone': { isLogged: false, isCounted: true },
  [NEITHER]: { isLogged: false, isCounted: false },
  'neither, another': { isLogged: false, isCounted: false },
  'neither, young heap of 4 MB': { isLogged: false, isCounted: false, flags: ['--max-semi-space-size=4'] },
} as const;
type Kind = keyof typeof KINDS;
const NAMES = Object.keys(KINDS) as Kind[];
const POST = { body: '{"tool":"ping","params":{"message":"hello"}}', clients: 20 };
/** V8 has compiled a server after some 40,000 (`bench/http.ts`). */
const WARM_REQUESTS = 60_000;
/** Three for each kind: who has two turns running finds its code near the processor. */
const PAIRS = 18;
/** Of a server in one of its rounds: some 40 ms. */
const REQUESTS = 2_000;
const MANY = 100_000;

/** What a server tells when it is asked. */
interface Told {
  cpuUs: number;
  heapBytes: number;
  /** Of the half of the young heap that is filled. */
  youngBytes: number;
}

/** Of a server, a pair of rounds after the other. */
interface Costs {
  cpuUs: number[];
  /** To `NEITHER` in the same pair. */
  ratios: number[];
  youngBytes: number;
}

const kind = process.argv[2] ?? '7';
if (Object.hasOwn(KINDS, kind)) await serve(kind as Kind);
else await measure(Number(kind));

async function serve(name: Kind): Promise<void> {
  const { app } = await createMeasuredApp({ ...KINDS[name], credential: null });
  process.on('message', (asked) => {
    if (asked === 'heap') collectGarbage();
    const { user, system } = process.cpuUsage();
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    const told: Told = {
      cpuUs: user + system,
      heapBytes: process.memoryUsage().heapUsed,
      youngBytes: (young?.space_size ?? 0) / 2,
    };
    process.send?.(told);
  });
  process.send?.(`${await app.listen({ port: 0, host: '127.0.0.1' })}/v1/mcp/invoke`);
}

/** Made when it is asked for: a second context of V8 is no part of a service. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
}

async function measure(sets: number): Promise<void> {
  const measured: Record<Kind, Costs>[] = [];
  for (let set = 0; set < sets; set += 1) measured.push(await measureSet(rotate(NAMES, set)));
  const toRow = (name: Kind) => {
    const costs = measured.map((one) => one[name]);
    const ratios = costs.flatMap((one) => one.ratios);
    const ofSets = costs.map((one) => toMedian(one.ratios));
    const show = (ratio: number) => ratio.toFixed(3);
    return {
      'CPU µs a request': toMedian(costs.flatMap((one) => one.cpuUs)).toFixed(1),
      ratio: show(toMedian(ofSets)),
      'of the sets': ofSets
        .toSorted((a, b) => a - b)
        .map(show)
        .join(' '),
      'young MB': [...new Set(costs.map(({ youngBytes }) => Math.round(youngBytes / 1_048_576)))].join(' '),
      'middle half of all pairs': [0.25, 0.75].map((share) => show(toPercentile(ratios, share))).join(' to '),
    };
  };
  console.table(Object.fromEntries(NAMES.map((name) => [name, toRow(name)])));
  await measureMemory();
}

async function measureSet(names: readonly Kind[]): Promise<Record<Kind, Costs>> {
  await using servers = new AsyncDisposableStack();
  const all: Server[] = [];
  for (const name of names) {
    const server = servers.use(await start(name));
    await post(server, WARM_REQUESTS); // at once: a server ends a connection that asks nothing at first
    all.push(server);
  }
  const costs: Record<string, Costs> = Object.fromEntries(
    names.map((name) => [name, { cpuUs: [], ratios: [], youngBytes: 0 }]),
  );
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const there = rotate(all, pair);
    const spent: Record<string, number> = {};
    for (const server of [...there, ...there.toReversed()]) {
      spent[server.name] = (spent[server.name] ?? 0) + (await spend(server)) / 2;
    }
    for (const [name, cpuUs] of Object.entries(spent)) {
      costs[name]?.cpuUs.push(cpuUs);
      costs[name]?.ratios.push(cpuUs / (spent[NEITHER] ?? 0));
    }
  }
  for (const server of all) {
    const { youngBytes } = await ask(server, 'cpu');
    Object.assign(costs[server.name] ?? {}, { youngBytes });
  }
  return costs as Record<Kind, Costs>; // of all names
}

/** Who has two turns running changes from pair to pair, and who starts first from set to set. */
function rotate<T>(list: readonly T[], by: number): T[] {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

/** CPU µs a request. */
async function spend(server: Server): Promise<number> {
  const before = await ask(server, 'cpu');
  await post(server, REQUESTS);
  return ((await ask(server, 'cpu')).cpuUs - before.cpuUs) / REQUESTS;
}

async function measureMemory(): Promise<void> {
  await using server = await start('log and metrics');
  const rows: Record<string, object> = {};
  for (let done = 0; done < MANY; ) {
    await post(server, MANY / 10);
    done += MANY / 10;
    const { heapBytes } = await ask(server, 'heap');
    rows[`after ${done} requests`] = { 'heap MB': (heapBytes / 1e6).toFixed(1) };
  }
  console.table(rows);
}

function toMedian(values: readonly number[]): number {
  return toPercentile(values, 0.5);
}

interface Server extends AsyncDisposable {
  name: Kind;
  child: ChildProcess;
  clients: Clients;
}

async function start(name: Kind): Promise<Server> {
  const kind = KINDS[name];
  const child = fork(new URL(import.meta.url), [name], {
    execArgv: 'flags' in kind ? [...kind.flags] : [],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  child.stdout?.resume();
  const [url = '']: string[] = await once(child, 'message');
  const clients = await openClients({ ...POST, url });
  return {
    name,
    child,
    clients,
    async [Symbol.asyncDispose]() {
      clients[Symbol.dispose]();
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

async function post({ clients }: Server, requests: number): Promise<void> {
  const answers = await clients.post(requests);
  if (answers.some(({ status }) => status !== 200)) throw new Error('a request was refused');
}

async function ask({ child }: Server, what: 'cpu' | 'heap'): Promise<Told> {
  child.send(what);
  const [told]: Told[] = await once(child, 'message');
  if (told === undefined) throw new Error('a server told nothing');
  return told;
}
