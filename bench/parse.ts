/**
 * How fast XML becomes citations on one core: `node bench/parse.ts [FILE.xml.gz] [rounds]`. Splits once, then
 * parses every record in each round; the first round warms up and is not counted. CPU time matters more than
 * wall time on a busy machine.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { parseRecord } from '../src/pubmed/records/parse-record.ts';
import { createRecordSplitter } from '../src/pubmed/records/record-splitter.ts';

const CHUNK_BYTES = 1024 * 1024;
const MEGABYTE = 1e6;

const [file = new URL('../data/sample-1000.xml.gz', import.meta.url).pathname, rounds = '10'] =
  process.argv.slice(2);
const xml = gunzipSync(readFileSync(file));
const records = split(xml);

parseAll(records);
report('split', xml.length, records.length, () => split(xml));
report('parse', xml.length, records.length, () => parseAll(records));

function split(bytes: Buffer): Buffer[] {
  const splitter = createRecordSplitter();
  const items = [];
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    items.push(...splitter.push(bytes.subarray(at, at + CHUNK_BYTES)));
  }
  items.push(...splitter.end());
  return items.flatMap((item) => (item.kind === 'record' ? [item.bytes] : []));
}

function parseAll(all: Buffer[]): void {
  for (const bytes of all) parseRecord(bytes);
}

function report(name: string, bytes: number, count: number, run: () => void): void {
  const times = Number(rounds);
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  for (let round = 0; round < times; round += 1) run();
  const wallSeconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuSeconds = (user + system) / 1e6;
  const megabytes = (bytes * times) / MEGABYTE;
  const perSecond = (seconds: number) =>
    `${(megabytes / seconds).toFixed(1)} MB/s, ${Math.round((count * times) / seconds)} records/s`;
  console.log(
    `${name}: ${megabytes.toFixed(0)} MB; wall ${wallSeconds.toFixed(2)} s (${perSecond(wallSeconds)}); ` +
      `CPU ${cpuSeconds.toFixed(2)} s (${perSecond(cpuSeconds)})`,
  );
}
