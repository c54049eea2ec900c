import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gunzipSync } from 'node:zlib';
import { createRecordSplitter } from '../src/pubmed/records/record-splitter.ts';

export const SAMPLE = new URL('../data/sample-1000.xml.gz', import.meta.url);
/** Git-ignored; kept between runs, since making a large file takes a while. */
export const BENCH_FOLDER = new URL('../.bench/', import.meta.url).pathname;

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>\n';
const TAIL = '</PubmedArticleSet>\n';
/** Repeated records get PMIDs from here on, above those that PubMed has given. */
export const FIRST_PMID = 100_000_000;

/** The 1,000 records of the sample that ships with the project, each the very slice of its file. */
export async function readSampleRecords(): Promise<Buffer[]> {
  const splitter = createRecordSplitter();
  const items = [...splitter.push(gunzipSync(await readFile(SAMPLE))), ...splitter.end()];
  return items.flatMap((item) => (item.kind === 'record' ? [item.bytes] : []));
}

/**
 * A gzip file of `count` records: the sample repeated, each record under a PMID of its own, behind those of
 * the `skipped` ones.
 */
export async function makeLoadFile(count: number, skipped = 0): Promise<string> {
  const path = join(BENCH_FOLDER, `load-${count}${skipped === 0 ? '' : `-after-${skipped}`}.xml.gz`);
  if (existsSync(path)) return path;
  await mkdir(dirname(path), { recursive: true });
  const records = (await readSampleRecords()).map((bytes) => bytes.toString('latin1'));
  const source = Readable.from(
    (function* () {
      yield Buffer.from(HEAD, 'latin1');
      for (let at = skipped; at < skipped + count; at++) {
        yield Buffer.from(`${renumber(records[at % records.length] ?? '', FIRST_PMID + at)}\n`, 'latin1');
      }
      yield Buffer.from(TAIL, 'latin1');
    })(),
  );
  await pipeline(source, createGzip({ level: 6 }), createWriteStream(`${path}.part`));
  await rename(`${path}.part`, path);
  return path;
}

/** The record's own PMID stands in its head and among its article ids. */
function renumber(record: string, pmid: number): string {
  return record
    .replace(/(<PMID[^>]*>)\d+(<\/PMID>)/, `$1${pmid}$2`)
    .replace(/(<ArticleId IdType="pubmed">)\d+(<\/ArticleId>)/, `$1${pmid}$2`);
}
