/**
 * What one process keeps in memory, and how long the first question takes:
 *
 *   node bench/memory.ts <data folder> [rounds] [pause in ms] [program]      (default 3, 3000, bin/bio-mcp;
 *   a corpus that nobody has open; Linux only)
 *
 * `bio-mcp status` once, then `bio-mcp stdio` as a desktop client uses it: a handshake, the list of tools, a
 * pause, a first search, half a minute of nothing. On a machine that is busy with other work a pause of 3 s
 * is too short for opening.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { INITIALIZE, startStdio } from './stdio-session.ts';

const IDLE_MS = 30_000;
const LOOK_EVERY_MS = 20;

/** As users start it: compiled code is kept between runs. */
const ofCheckout = join(import.meta.dirname, '../bin/bio-mcp');
const [, , folder = '', rounds = '3', pauseMs = '3000', program = ofCheckout] = process.argv;
const env = { PATH: process.env.PATH, BIO_MCP_DATA_DIR: folder, BIO_MCP_LOG_LEVEL: 'silent' };
for (let round = 1; round <= Number(rounds); round += 1) {
  console.table({ [`status, round ${round}`]: await measureStatus() });
  console.table(await measureStdio());
}

async function measureStatus() {
  const startedAt = performance.now();
  const child = spawn(program, ['status'], { env, stdio: 'ignore' });
  const exited = once(child, 'exit');
  let peak = 0;
  while (child.exitCode === null) {
    peak = Math.max(peak, (await readMemory(child.pid ?? 0))['peak MB']);
    await Promise.race([exited, delay(LOOK_EVERY_MS)]);
  }
  if (child.exitCode !== 0) throw new Error(`status ended with ${child.exitCode}`);
  return { 'peak MB': peak, seconds: ((performance.now() - startedAt) / 1_000).toFixed(2) };
}

async function measureStdio() {
  const { pid, ask, tell, end } = startStdio(program, ['stdio'], env);
  const take = async (id: number, message: object) => {
    const startedAt = performance.now();
    await ask(id, message);
    return { ms: Math.round(performance.now() - startedAt), ...(await readMemory(pid)) };
  };
  const search = { name: 'rag_search', arguments: { query: 'heart attack' } };
  const rows: Record<string, object> = {};
  rows['initialize, from the start'] = await take(1, INITIALIZE);
  tell({ method: 'notifications/initialized' });
  rows['tools/list'] = await take(2, { method: 'tools/list' });
  await delay(Number(pauseMs));
  rows['after the pause'] = await readMemory(pid);
  rows['first search'] = await take(3, { method: 'tools/call', params: search });
  rows['second search'] = await take(4, { method: 'tools/call', params: search });
  await delay(IDLE_MS);
  rows['30 s later'] = await readMemory(pid);
  await end();
  return rows;
}

/** As Linux counts it; 0 once the process has ended. */
async function readMemory(pid: number) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const toMb = (name: string) =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1_024);
  const threads = Number(/^Threads:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  return { 'peak MB': toMb('VmHWM'), 'MB now': toMb('VmRSS'), threads };
}
