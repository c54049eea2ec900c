import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { compress } from '../src/archive/compression.ts';
import { createRecordSplitter, type SplitItem } from '../src/pubmed/records/record-splitter.ts';
import { measureEdirect } from './edirect.ts';
import { measureStages } from './load-stages.ts';
import { BENCH_FOLDER, makeLoadFile } from './sample-file.ts';

/**
 * `node bench/load.ts [records] [program]`: loads a file of so many records (27,000) into an empty folder
 * through the command line, that of this checkout or another one (`dist/main.js` after `make build`), beside
 * a floor (gunzip, split, SHA-256, zstd, one file a record, nothing else) and, where Debian's
 * `ncbi-entrez-direct` is installed, beside EDirect's archive steps on the same file.
 */
const count = Number(process.argv[2] ?? 27_000);
if (!(count >= 1)) throw new Error('usage: node bench/load.ts [records] [program]');
const program = process.argv[3] ?? new URL('../src/main.ts', import.meta.url).pathname;
const run = promisify(execFile);
await mkdir(BENCH_FOLDER, { recursive: true });
const file = await makeLoadFile(count);

const floor = await measureFloor();
const whole = await measureLoad();
const again = await measureLoad(whole.folder);
const edirect = await measureEdirect(file, count);

console.log(`load of ${count.toLocaleString('en')} records`);
console.log(`  floor      ${toLine(floor.seconds, floor.cpuSeconds)}`);
console.log(`  bio-mcp    ${toLine(whole.seconds, whole.cpuSeconds)}, peak RSS ${whole.peakMegabytes} MB`);
console.log(`  again      ${toLine(again.seconds, again.cpuSeconds)} (everything skipped)`);
if (edirect === null) console.log('  EDirect    not installed');
else {
  console.log(`  EDirect    ${toLine(edirect.seconds, edirect.cpuSeconds)} (archive steps alone)`);
  console.log(`  bio-mcp / EDirect: ${(edirect.seconds / whole.seconds).toFixed(2)}`);
}
// Files that were deleted a moment ago make new ones dearer on ext4, so nothing is deleted between two runs.
for (const { folder } of [floor, whole, ...(edirect === null ? [] : [edirect])]) {
  await rm(folder, { recursive: true });
}
if (count <= 27_000) await measureStages(file);

function toLine(seconds: number, cpuSeconds: number): string {
  return `${Math.round(count / seconds)
    .toLocaleString('en')
    .padStart(6)} records/s, ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} CPU-s`;
}

/**
 * In a process of its own, as a user runs it; `--json` tells nothing of memory, so the shell's `time` does.
 */
async function measureLoad(into?: string) {
  const folder = into ?? (await mkdtemp(join(BENCH_FOLDER, 'data-')));
  const meter = new URL('./meter.ts', import.meta.url).pathname;
  const { stdout } = await run(process.execPath, [meter, process.execPath, program, 'load', file], {
    env: { ...process.env, BIO_MCP_DATA_DIR: folder },
    maxBuffer: 1 << 26,
  });
  const measured = JSON.parse(stdout) as { seconds: number; cpuSeconds: number; peakMegabytes: number };
  return { folder, ...measured };
}

async function measureFloor() {
  const folder = await mkdtemp(join(BENCH_FOLDER, 'floor-'));
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  const splitter = createRecordSplitter();
  let written = 0;
  const write = (items: readonly SplitItem[]) => {
    for (const item of items) {
      if (item.kind !== 'record') continue;
      hash('sha256', item.bytes);
      const shard = join(folder, String(Math.floor(written / 1000)));
      if (written % 1000 === 0) mkdirSync(shard);
      writeFileSync(join(shard, `${written++}.zst`), compress(item.bytes, 'zstd'));
    }
  };
  const gunzip = createGunzip({ chunkSize: 1 << 20 });
  for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 }).pipe(gunzip)) {
    write(splitter.push(piece as Buffer)); // no encoding is set
  }
  write(splitter.end());
  const { user, system } = process.cpuUsage(cpu);
  return { folder, seconds: (performance.now() - startedAt) / 1000, cpuSeconds: (user + system) / 1e6 };
}
