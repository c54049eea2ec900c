import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createRecordSplitter, type SplitItem } from '../../src/pubmed/records/record-splitter.ts';

export type SplitRecord = Extract<SplitItem, { kind: 'record' }>;

const ROOT = new URL('../../', import.meta.url);
/** 63 records and one list of deletions; see `tests/fixtures/pubmed/README.md`. */
export const AWKWARD_XML = readFileSync(new URL('tests/fixtures/pubmed/awkward.xml', ROOT));

export function readSampleXml(): Buffer {
  return gunzipSync(readFileSync(new URL('data/sample-1000.xml.gz', ROOT)));
}

/** Pushes the stream in chunks of `chunkBytes` and ends it. */
export function splitAll(xml: Uint8Array, chunkBytes = xml.length || 1): SplitItem[] {
  const splitter = createRecordSplitter();
  const items: SplitItem[] = [];
  for (let at = 0; at < xml.length; at += chunkBytes) {
    items.push(...splitter.push(xml.subarray(at, at + chunkBytes)));
  }
  return [...items, ...splitter.end()];
}

export function splitRecords(xml: Uint8Array): SplitRecord[] {
  return splitAll(xml).filter((item) => item.kind === 'record');
}
