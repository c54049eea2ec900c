/**
 * What a start costs, beside its floors, program by program in turns:
 *
 *   node bench/start.ts <data folder> [rounds] [program …]     (Linux; default 5 rounds of bin/bio-mcp)
 *
 * The folder is a corpus that nobody has open. A program is a path of the command, as `bin/bio-mcp` of a
 * checkout or `node_modules/.bin/bio-mcp` where the packed package is installed; of the latter `npx` is timed
 * as well. Each cell is the least of all rounds, since other work on the machine only adds: seconds by the
 * clock, and of the processor.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { INITIALIZE, startStdio } from './stdio-session.ts';

interface Cost {
  seconds: number;
  cpuSeconds: number;
}

/** How long a client takes to its first question. */
const PAUSE_MS = 3_000;
const TICKS_A_SECOND = 100;
const QUESTION = 'heart attack';
/** As `pglite-engine.ts` sets it in its thread. */
const PLAIN_WASM = ['--no-wasm-dynamic-tiering', '--no-wasm-tier-up'];

const [, , folder = '', rounds = '5', ...given] = process.argv;
if (!existsSync(join(folder, 'database')))
  throw new Error('usage: node bench/start.ts <data folder> [rounds] [program …]');
const ROOT = join(import.meta.dirname, '..');
const programs = (given.length > 0 ? given : [join(ROOT, 'bin/bio-mcp')]).map((path) => resolve(path));
const env = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  BIO_MCP_DATA_DIR: folder,
  BIO_MCP_LOG_LEVEL: 'silent',
};
const costs = new Map<string, Cost>();

for (let round = 1; round <= Number(rounds); round += 1) {
  note('node -e 0', await run(process.execPath, ['-e', '0']));
  await measureNpx();
  await measureDatabase();
  for (const program of programs) await measureProgram(program);
}
console.table(
  Object.fromEntries(
    [...costs].map(([name, { seconds, cpuSeconds }]) => [
      name,
      { seconds: seconds.toFixed(3), 'CPU-s': cpuSeconds.toFixed(2) },
    ]),
  ),
);

/** A command that does nothing, of a package that is installed. */
async function measureNpx(): Promise<void> {
  const made = mkdtempSync(join(tmpdir(), 'bio-mcp-start-'));
  const command = join(made, 'node_modules/.bin/nothing');
  mkdirSync(dirname(command), { recursive: true });
  writeFileSync(join(made, 'package.json'), '{"private":true}');
  writeFileSync(command, '#!/usr/bin/env node\n', { mode: 0o755 });
  note('npx of a command that does nothing', await run('npx', ['--no', '--prefix', made, 'nothing']));
  rmSync(made, { recursive: true });
}

/** A database of no tables, opened and closed again by PGlite alone. */
async function measureDatabase(): Promise<void> {
  const made = mkdtempSync(join(tmpdir(), 'bio-mcp-start-'));
  const script = `
    import { PGlite } from ${JSON.stringify(import.meta.resolve('@electric-sql/pglite'))};
    const database = new PGlite(process.argv[1]);
    await database.query('select 1');
    await database.close();`;
  const words = [...PLAIN_WASM, '--input-type=module', '--eval', script, join(made, 'database')];
  await run(process.execPath, words); // makes it
  note('PGlite opens an empty database', await run(process.execPath, words));
  rmSync(made, { recursive: true });
}

async function measureProgram(program: string): Promise<void> {
  const name = program.startsWith(ROOT + sep) ? program.slice(ROOT.length + 1) : program;
  note(`${name} --version`, await run(program, ['--version']));
  note(`${name} status`, await run(program, ['status']));
  note(`${name} search`, await run(program, ['search', QUESTION]));
  await measureStdio(name, program, []);
  const at = program.lastIndexOf(`${sep}node_modules${sep}.bin${sep}`);
  if (at < 0) return;
  const npx = ['--no', '--prefix', program.slice(0, at), 'bio-mcp'];
  note(`npx ${name} --version`, await run('npx', [...npx, '--version']));
  await measureStdio(`npx ${name}`, 'npx', npx);
}

async function measureStdio(name: string, program: string, words: string[]): Promise<void> {
  const startedAt = performance.now();
  const { pid, ask, tell, end } = startStdio(program, [...words, 'stdio'], env);
  await ask(1, INITIALIZE);
  tell({ method: 'notifications/initialized' });
  await ask(2, { method: 'tools/list' });
  note(`${name} stdio, to tools/list`, { ...since(startedAt), cpuSeconds: readCpu(`${pid}`, 'own') });
  if (program !== 'npx') {
    await delay(PAUSE_MS);
    const before = readCpu(`${pid}`, 'own');
    const askedAt = performance.now();
    await ask(3, { method: 'tools/call', params: { name: 'rag_search', arguments: { query: QUESTION } } });
    note(`${name} stdio, first search ${PAUSE_MS / 1_000} s later`, {
      ...since(askedAt),
      cpuSeconds: readCpu(`${pid}`, 'own') - before,
    });
    note(`${name} search, through its owner`, await run(program, ['search', QUESTION]));
    note(`${name} search, through its owner again`, await run(program, ['search', QUESTION]));
  }
  await end();
}

async function run(program: string, words: string[]): Promise<Cost> {
  const cpuBefore = readCpu('self', 'children');
  const startedAt = performance.now();
  const child = spawn(program, words, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${code}`);
  return { ...since(startedAt), cpuSeconds: readCpu('self', 'children') - cpuBefore };
}

function since(startedAt: number) {
  return { seconds: (performance.now() - startedAt) / 1_000 };
}

/** User and system time of a process, or of its children that have ended (`man 5 proc_pid_stat`). */
function readCpu(pid: string, whose: 'own' | 'children'): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const at = whose === 'own' ? 11 : 13;
  return (Number(fields[at]) + Number(fields[at + 1])) / TICKS_A_SECOND;
}

function note(name: string, { seconds, cpuSeconds }: Cost): void {
  const least = costs.get(name);
  costs.set(name, {
    seconds: Math.min(seconds, least?.seconds ?? Number.POSITIVE_INFINITY),
    cpuSeconds: Math.min(cpuSeconds, least?.cpuSeconds ?? Number.POSITIVE_INFINITY),
  });
}
