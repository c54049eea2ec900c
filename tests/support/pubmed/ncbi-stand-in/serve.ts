/**
 * The stand-in as a process of its own, for benches and for trying commands by hand:
 *
 *   node tests/support/pubmed/ncbi-stand-in/serve.ts [--file records.xml.gz] [--port 0] [--no-limits]
 *
 * Prints its URL, then obeys lines on standard input: `add FILE DAY`, `copies PMID FROM COUNT DAY`,
 * `retract PMID NOTICE DAY`, `retitle PMID DAY TITLE…`, `delete PMID`, `merge PMID INTO`, `requests`. A
 * DAY is YYYY/MM/DD.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type NcbiStandIn, startNcbiStandIn } from './ncbi-stand-in.ts';
import { readRecordFile } from './record-reader.ts';

const { values } = parseArgs({
  options: {
    file: { type: 'string' },
    port: { type: 'string', default: '0' },
    'no-limits': { type: 'boolean', default: false },
  },
});
const records = await readRecordFile(
  values.file ?? new URL('../../../../data/sample-1000.xml.gz', import.meta.url),
);
await using ncbi = await startNcbiStandIn({
  records,
  port: Number(values.port),
  limits: !values['no-limits'],
});
say(ncbi.url);

for await (const line of createInterface({ input: process.stdin })) {
  try {
    say(await obey(ncbi, line));
  } catch (error) {
    say(`not done: ${error instanceof Error ? error.message : error}`);
  }
}

async function obey({ library, requests }: NcbiStandIn, line: string): Promise<string> {
  const [command = '', ...words] = line.trim().split(/\s+/);
  const [first = '', second = '', third = '', fourth = ''] = words;
  const pmid = Number(first);
  switch (command) {
    case 'add':
      for (const xml of await readRecordFile(first)) library.add(xml, { crdt: second, mdat: second });
      return `${library.size} records`;
    case 'copies':
      library.addCopies(pmid, { from: Number(second), count: Number(third), crdt: fourth });
      return `${library.size} records`;
    case 'retract':
      library.retract(pmid, { notice: Number(second), mdat: third });
      return `retracted ${pmid}`;
    case 'retitle': {
      const title = words.slice(2).join(' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;');
      const change = (xml: string) =>
        xml.replace(/(<ArticleTitle[^>]*>)[\s\S]*?(<\/ArticleTitle>)/, `$1${title}$2`);
      library.revise(pmid, change, { mdat: second });
      return `retitled ${pmid}`;
    }
    case 'delete':
      library.delete(pmid);
      return `deleted ${pmid}`;
    case 'merge':
      library.merge(pmid, Number(second));
      return `merged ${pmid} into ${second}`;
    case 'requests':
      return `${requests.length} requests, ${requests.filter(({ status }) => status === 429).length} refused with 429`;
    default:
      return `no such command: ${command}`;
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
