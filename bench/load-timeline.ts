import { mkdir } from 'node:fs/promises';
import { openCorpus } from '../src/compose.ts';
import { createPinoLogger } from '../src/telemetry/pino-logger.ts';
import type { SpanFacts, Tracer } from '../src/telemetry/tracer.ts';
import { NEVER } from './open-corpus.ts';
import { BENCH_FOLDER, makeLoadFile } from './sample-file.ts';
import { listServers, readServerCpu } from './server-cpu.ts';
import { makeServicesCorpus } from './services-corpus.ts';

/**
 * `node bench/load-timeline.ts [records]`, with the environment that `make services` prints: one load of so
 * many records (3,000) into an empty corpus on the real servers, half a second a line: for how much of it
 * something was under way in the archive (PUTs), the index (writes), the database (statements), on the
 * threads that read (embedding alone), or nothing of these, and the cores that each process had.
 */
const count = Number(process.argv[2] ?? 3_000);
const STEP_MS = 500;

interface Interval {
  from: number;
  to: number;
}

const kinds = ['archive put', 'index write', 'database', 'embeddings'] as const;
type Kind = (typeof kinds)[number];
const intervals = new Map<Kind, Interval[]>(kinds.map((kind) => [kind, []]));

await mkdir(BENCH_FOLDER, { recursive: true });
const file = await makeLoadFile(count);
await using own = await makeServicesCorpus();
const facts = { version: 'bench', uptimeSeconds: () => process.uptime() };
const logger = createPinoLogger({ level: 'warn', service: 'bench', destination: 'stderr' });
const options = {
  config: own.config,
  process: facts,
  logger,
  mode: 'use',
  tracer: createRecorder(),
} as const;
await using corpus = await openCorpus(options, NEVER);

const servers = listServers(process.env);
const names = ['own', ...servers.map(({ name }) => name)];
const samples: { at: number; cpu: number[] }[] = [];
const sample = () => {
  const { user, system } = process.cpuUsage();
  samples.push({ at: performance.now(), cpu: [(user + system) / 1e6, ...readServerCpu(servers)] });
};
sample();
const timer = setInterval(sample, STEP_MS);
const startedAt = performance.now();
await corpus.services.loadFiles({ sources: [file], surface: 'cli', onProgress: () => undefined }, NEVER);
const endedAt = performance.now();
clearInterval(timer);
sample();

console.log(`${'s'.padStart(6)}  ${[...kinds, 'none', ...names].map((name) => name.padStart(11)).join(' ')}`);
for (const [place, { at: to, cpu }] of samples.entries()) {
  const before = samples[place - 1];
  if (before === undefined) continue;
  printLine(`${((to - startedAt) / 1_000).toFixed(1)}`, { from: before.at, to }, before.cpu, cpu);
}
const [first, last] = [samples[0], samples.at(-1)];
printLine('all', { from: startedAt, to: endedAt }, first?.cpu ?? [], last?.cpu ?? []);
console.log(
  `${count} records in ${((endedAt - startedAt) / 1_000).toFixed(1)} s, ` +
    `${Math.round((count * 1_000) / (endedAt - startedAt))} a second`,
);
for (const kind of ['archive put', 'index write'] as const) {
  const each = (intervals.get(kind) ?? []).map(
    ({ from, to }) => `${((from - startedAt) / 1_000).toFixed(1)}–${((to - startedAt) / 1_000).toFixed(1)}`,
  );
  console.log(`${kind}: ${each.join(', ')}`);
}

function printLine(name: string, within: Interval, before: readonly number[], after: readonly number[]) {
  const seconds = (within.to - within.from) / 1_000;
  const busy = kinds.map((kind) => share(intervals.get(kind) ?? [], within));
  const none = 1 - share([...intervals.values()].flat(), within);
  const shares = [...busy, none].map((one) => `${Math.round(one * 100)} %`.padStart(11));
  const cores = after.map((cpu, at) => ((cpu - (before[at] ?? 0)) / seconds).toFixed(2).padStart(11));
  console.log(`${name.padStart(6)}  ${[...shares, ...cores].join(' ')}`);
}

/** Of `within`, how much lies in one or more of them. */
function share(all: readonly Interval[], within: Interval): number {
  let [sum, reached] = [0, within.from];
  for (const { from, to } of all.toSorted((a, b) => a.from - b.from)) {
    const end = Math.min(to, within.to);
    sum += Math.max(0, end - Math.max(from, reached));
    reached = Math.max(reached, end);
  }
  return sum / (within.to - within.from);
}

function createRecorder(): Tracer {
  const note = ({ name, attributes }: SpanFacts, from: number) => {
    const isStatement = attributes['db.system.name'] === 'postgresql';
    const found = isStatement ? 'database' : kinds.find((kind) => kind === name);
    if (found !== undefined) intervals.get(found)?.push({ from, to: performance.now() });
  };
  const run = async <T>(facts: SpanFacts, work: () => Promise<T>): Promise<T> => {
    const from = performance.now();
    try {
      return await work();
    } finally {
      note(facts, from);
    }
  };
  return {
    enter: (facts, _from, work) => run(facts, work),
    span: run,
    record: (facts, { durationMs }) => note(facts, performance.now() - durationMs),
    current: () => null,
  };
}
