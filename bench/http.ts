/**
 * `POST /v1/mcp/invoke` of `ping` with guard, log and metrics, the same without them, a bare Fastify route
 * and a bare FastAPI route of the same body: in turns, each server alone in a process of its own while `wrk
 * -t1 -c32` asks. Requests a second, and the CPU time (user and system) of the server for one, which says the
 * same on a busy machine; before that the same for the first seconds of each server, while V8 compiles.
 * Usage: node bench/http.ts [rounds] [seconds]. WRK names wrk (Debian `wrk`), default `wrk`; UVICORN the
 * `uvicorn` of PyPI where `fastapi` is installed too, default `uvicorn`; what is not there is left out.
 */
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fastify } from 'fastify';
import { createMeasuredApp, type ServedAs } from './http/measured-app.ts';
import { toPercentile } from './load-generator.ts';

const OURS: Readonly<Record<string, ServedAs>> = {
  'invoke ping: guard, log, metrics': { isLogged: true, isCounted: true, credential: 'bearer' },
  'with a JWT': { isLogged: true, isCounted: true, credential: 'jwt' },
  'without log and metrics': { isLogged: false, isCounted: false, credential: 'bearer' },
  'without guard, log, metrics': { isLogged: false, isCounted: false, credential: null },
};
const BARE_FASTIFY = 'bare Fastify';
const BARE_FASTAPI = 'bare FastAPI';
const BODY = '{"tool":"ping","params":{"message":"hello"}}';
const ANSWER = {
  ok: true,
  tool: 'ping',
  result: { message: 'hello', version: '0.0.0-test', uptime_s: 12.3 },
  trace_id: '0'.repeat(32),
};
/**
 * A service of ours is compiled only after some 40,000 requests, bare Fastify after a third of them; until
 * then V8's own threads take as much as the requests, which counts twice where all share a core.
 */
const WARM = { requests: 60_000, mostSeconds: 8 };
const SHOWN_SECONDS = 3;
const { WRK = 'wrk', UVICORN = 'uvicorn' } = process.env;
const [kind = '3', seconds = '3'] = process.argv.slice(2);

if (process.send !== undefined) await serve(kind);
else await measure(Number(kind), Number(seconds));

async function serve(name: string): Promise<void> {
  const ours = OURS[name];
  const { app, token } = ours === undefined ? createBare() : await createMeasuredApp(ours);
  process.send?.({ url: await app.listen({ port: 0, host: '127.0.0.1' }), token });
}

function createBare() {
  const app = fastify();
  app.post('/v1/mcp/invoke', async () => ANSWER);
  return { app, token: null };
}

interface Started {
  child: ChildProcess;
  url: string;
  token: string | null;
}

interface Cost {
  perSecond: number;
  cpuUs: number;
}

interface Measured extends Cost {
  /** Of each second of the warming. */
  warming: Cost[];
}

async function measure(rounds: number, durationSeconds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bio-mcp-bench-'));
  const names = [...Object.keys(OURS), BARE_FASTIFY, ...(hasFastApi() ? [BARE_FASTAPI] : [])];
  const costs = new Map<string, Measured[]>(names.map((name) => [name, []]));
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const name of names) costs.get(name)?.push(await measureOne(name, { folder, durationSeconds }));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const best = (name: string): Cost => {
    const all = costs.get(name) ?? [];
    return {
      perSecond: Math.max(...all.map(({ perSecond }) => perSecond)),
      cpuUs: Math.min(...all.map(({ cpuUs }) => cpuUs)),
    };
  };
  const fastifys = best(BARE_FASTIFY);
  const toRow = (name: string) => {
    const { perSecond, cpuUs } = best(name);
    return {
      'requests/s, best': Math.round(perSecond),
      median: Math.round(toMedian((costs.get(name) ?? []).map((one) => one.perSecond))),
      'CPU µs, least': cpuUs.toFixed(1),
      'of bare Fastify': (perSecond / fastifys.perSecond).toFixed(2),
      'by CPU': (fastifys.cpuUs / cpuUs).toFixed(2),
    };
  };
  const toWarmingRow = (name: string) => {
    const all = costs.get(name) ?? [];
    const seconds = Array.from({ length: SHOWN_SECONDS }, (_, at) => {
      const there = all.flatMap(({ warming }) => warming.slice(at, at + 1));
      if (there.length === 0) return [];
      const perSecond = toMedian(there.map((one) => one.perSecond));
      const cpuUs = toMedian(there.map((one) => one.cpuUs));
      return [[`second ${at + 1}: requests, CPU µs`, `${Math.round(perSecond)}, ${cpuUs.toFixed(1)}`]];
    });
    return Object.fromEntries(seconds.flat());
  };
  console.table(Object.fromEntries(names.map((name) => [name, toWarmingRow(name)])));
  console.table(Object.fromEntries(names.map((name) => [name, toRow(name)])));
}

function toMedian(values: readonly number[]): number {
  return toPercentile(values, 0.5);
}

async function measureOne(
  name: string,
  { folder, durationSeconds }: { folder: string; durationSeconds: number },
): Promise<Measured> {
  const { child, url, token } = name === BARE_FASTAPI ? await startFastApi(folder) : await start(name);
  try {
    const script = join(folder, 'post.lua');
    const lines = [
      'wrk.method = "POST"',
      `wrk.body = '${BODY}'`,
      'wrk.headers["content-type"] = "application/json"',
      ...(token === null ? [] : [`wrk.headers["authorization"] = "Bearer ${token}"`]),
    ];
    writeFileSync(script, lines.join('\n'));
    const ask = async (askedSeconds: number) => {
      const before = readCpuUs(child);
      const { requests, perSecond } = await run(`${url}/v1/mcp/invoke`, script, askedSeconds);
      return { requests, perSecond, cpuUs: (readCpuUs(child) - before) / requests };
    };
    const warming: Cost[] = [];
    for (let answered = 0; answered < WARM.requests && warming.length < WARM.mostSeconds; ) {
      const { requests, ...cost } = await ask(1);
      answered += requests;
      warming.push(cost);
    }
    const { perSecond, cpuUs } = await ask(durationSeconds);
    return { perSecond, cpuUs, warming };
  } finally {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
}

async function start(name: string): Promise<Started> {
  const child = fork(new URL(import.meta.url), [name], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  child.stdout?.resume();
  const [started]: { url: string; token: string | null }[] = await once(child, 'message');
  if (started === undefined) throw new Error(`${name} did not start`);
  return { child, ...started };
}

async function startFastApi(folder: string): Promise<Started> {
  const answer = JSON.stringify(ANSWER).replace('true', 'True');
  const lines = [
    'from typing import Any',
    'from fastapi import FastAPI',
    'from pydantic import BaseModel',
    'class Invocation(BaseModel):',
    '    tool: str',
    '    params: dict[str, Any] = {}',
    'app = FastAPI()',
    '@app.post("/v1/mcp/invoke")',
    'async def invoke(call: Invocation):',
    `    return ${answer}`,
  ];
  writeFileSync(join(folder, 'bare.py'), `${lines.join('\n')}\n`);
  const port = await findFreePort();
  const args = ['bare:app', '--port', String(port), '--no-access-log', '--log-level', 'warning'];
  const child = spawn(UVICORN, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries += 1) {
    const answered = await fetch(`${url}/docs`).catch(() => null);
    if (answered?.ok === true) return { child, url, token: null };
    await delay(50);
  }
  throw new Error('uvicorn did not start');
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

/** Not there: the others are measured alone. */
function hasFastApi(): boolean {
  try {
    execFileSync(UVICORN, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('FastAPI is left out: no uvicorn is there (pip install fastapi uvicorn)');
    return false;
  }
}

async function run(url: string, script: string, durationSeconds: number) {
  const child = spawn(WRK, ['-t1', '-c32', `-d${durationSeconds}s`, '-s', script, url]);
  let told = '';
  child.stdout.on('data', (text) => {
    told += String(text);
  });
  await once(child, 'close');
  const requests = Number(/(\d+) requests in/.exec(told)?.[1]);
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(told)?.[1]);
  if (!(requests > 0) || told.includes('Non-2xx')) throw new Error(`wrk told: ${told}`);
  return { requests, perSecond };
}

/** User and system time of all its threads (`man 5 proc_pid_stat`, fields 14 and 15, 100 a second). */
function readCpuUs({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
