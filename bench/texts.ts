import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NEVER } from './open-corpus.ts';

/**
 * `node bench/texts.ts <data folder> [OTHER CHECKOUT]`: what the texts of a search of ten papers take of the
 * embedded database, CPU-ms and ms by the clock, the medians of forty tens; in turns with another checkout,
 * twice. Nobody else may have the folder.
 */
const own = new URL('..', import.meta.url).pathname;
const [folder, other = own] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node bench/texts.ts <data folder> [OTHER CHECKOUT]');
const TENS = 40;

for (const checkout of [other, own, other, own]) {
  const [cpu, clock] = await measure(checkout, join(folder, 'database'));
  console.log(`${checkout}: ${cpu.toFixed(2)} CPU-ms, ${clock.toFixed(2)} ms`);
}

async function measure(checkout: string, database: string): Promise<[cpuMs: number, ms: number]> {
  const load = <Module>(path: string): Promise<Module> =>
    import(pathToFileURL(join(checkout, 'src/store', path)).href);
  const { openPglite } =
    await load<typeof import('../src/store/database/database.ts')>('database/database.ts');
  const { createSqlCorpusStore } =
    await load<typeof import('../src/store/sql-corpus-store.ts')>('sql-corpus-store.ts');
  await using store = createSqlCorpusStore({ database: await openPglite({ folder: database }) });
  const pmids = await store.listPmidsStartingWith('', 2 * TENS * 10, NEVER);
  const found: [number, number][] = [];
  for (let from = 0; from < pmids.length; from += 10) {
    const asked = pmids.slice(from, from + 10).map((pmid) => ({ pmid, revision: 1 }));
    const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
    await store.findRevisions(asked, NEVER);
    const { user, system } = process.cpuUsage(cpu);
    found.push([(user + system) / 1e3, performance.now() - startedAt]);
  }
  const steady = found.slice(-TENS); // the first half warms it up
  return [median(steady.map(([ms]) => ms)), median(steady.map(([, ms]) => ms))];
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
