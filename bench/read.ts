import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { toSha256 } from '../src/domain/ids.ts';
import { readSampleRecords } from './sample-file.ts';

/**
 * `node bench/read.ts [OTHER CHECKOUT] [rounds]`: what reading the 1,000 records of the sample takes of one
 * processor, the whole and step by step, in turns with another checkout, CPU-ms. Fails where the two
 * checkouts make anything else of a record, to the bit. Judge by the ratios: the machine's speed moves.
 */
const own = new URL('..', import.meta.url).pathname;
const [other = own, rounds = '12'] = process.argv.slice(2);
const GROUP = 80;
const { signal } = new AbortController();
const source = { api: 'nlm-file', endpoint: 'bench', params: {} };
const origin = { source, fetchedAt: '2026-01-01T00:00:00Z', http: { status: null, etag: null } };
const payloads = await readSampleRecords();

const [before, now] = [await openCheckout(other), await openCheckout(own)];
const [one, two] = [await before.digest(), await now.digest()];
if (one !== two) throw new Error(`the checkouts read records otherwise: ${one} and ${two}`);
console.log(
  `CPU-ms for ${payloads.length} records, least and median of ${rounds} rounds: ${other}, then ${own}`,
);
for (const step of Object.keys(now.steps)) {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < Number(rounds); round++) {
    times[0].push(await measure(before.steps[step]));
    times[1].push(await measure(now.steps[step]));
  }
  const [[least, median], [leastNow, medianNow]] = [summarize(times[0]), summarize(times[1])];
  const ratio = (medianNow / median).toFixed(2);
  console.log(`${step.padEnd(8)} ${least}, ${median} -> ${leastNow}, ${medianNow} (${ratio})`);
}

async function measure(step: (() => unknown) | undefined): Promise<number> {
  const cpu = process.cpuUsage();
  await step?.();
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 1e3;
}

function summarize(times: number[]): [least: number, median: number] {
  const sorted = times.toSorted((a, b) => a - b).map(Math.round);
  return [sorted[0] ?? 0, sorted[sorted.length >> 1] ?? 0];
}

/** The steps as this checkout names them; another one has to name them alike. */
async function openCheckout(folder: string) {
  const load = <Module>(path: string): Promise<Module> => import(pathToFileURL(`${folder}/${path}`).href);
  const { readRecords } = await load<typeof import('../src/ingest/prepare/prepare-record.ts')>(
    'src/ingest/prepare/prepare-record.ts',
  );
  const { parseRecord } = await load<typeof import('../src/pubmed/records/parse-record.ts')>(
    'src/pubmed/records/parse-record.ts',
  );
  const { chunkDocument, toSearchText } =
    await load<typeof import('../src/search/chunking.ts')>('src/search/chunking.ts');
  const { toDocumentFacts } = await load<typeof import('../src/search/document-facts.ts')>(
    'src/search/document-facts.ts',
  );
  const { createPassageReader } = await load<typeof import('../src/search/words/passage-words.ts')>(
    'src/search/words/passage-words.ts',
  );
  const { createStaticEmbedder } = await load<typeof import('../src/embedding/static-embedder.ts')>(
    'src/embedding/static-embedder.ts',
  );
  const embedder = createStaticEmbedder();
  const citations = payloads.map((bytes) => parseRecord(bytes));
  const facts = citations.map(toDocumentFacts);
  const passages = citations.map(chunkDocument);
  const texts = passages.flatMap((some, at) => some.map((one) => toSearchText(facts[at]?.title ?? '', one)));
  const incoming = payloads.map((bytes, ordinal) => {
    const contentHash = toSha256('0'.repeat(64));
    const pmid = citations[ordinal]?.pmid ?? null;
    return { bytes, ordinal, pmid, contentHash, origin, version: 1, outranked: false };
  });
  const readAll = async (hear: (read: ReturnType<typeof readRecords>, vectors: Float32Array) => void) => {
    for (let at = 0; at < incoming.length; at += GROUP) {
      const read = readRecords(incoming.slice(at, at + GROUP), 'zstd');
      const own = read.flatMap((record) =>
        record.kind === 'unreadable'
          ? []
          : record.passages.map((one) => toSearchText(record.facts.title, one)),
      );
      hear(read, await embedder.embed(own, 'passage', { signal }));
    }
  };
  const steps: Record<string, () => unknown> = {
    all: () => readAll(() => {}),
    parse: () => payloads.forEach((bytes) => void parseRecord(bytes)),
    facts: () => citations.forEach((citation) => void toDocumentFacts(citation)),
    chunk: () => citations.forEach((citation) => void chunkDocument(citation)),
    words: () =>
      passages.forEach((some, at) => {
        const toWords = createPassageReader(facts[at]?.title ?? '', facts[at]?.terms ?? '');
        some.forEach((one) => void toWords(one));
      }),
    vectors: () => embedder.embed(texts, 'passage', { signal }),
  };
  const digest = async () => {
    const hash = createHash('sha256');
    await readAll((read, vectors) => {
      for (const record of read) {
        for (const [name, made] of Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))) {
          hash.update(name).update(made instanceof Uint8Array ? made : JSON.stringify(made));
        }
      }
      hash.update(new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength));
    });
    return hash.digest('hex');
  };
  return { steps, digest };
}
