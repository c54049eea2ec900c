import { findNearestName } from '../errors/nearest-name.ts';

export interface DescribedTool {
  name: string;
  title?: string | undefined;
  description?: string | undefined;
}

/** Words that other programs have for what a tool's name says. */
const MEANS: Readonly<Record<string, string>> = {
  fetch: 'get',
  read: 'get',
  retrieve: 'get',
  open: 'get',
  lookup: 'get',
  show: 'get',
  detail: 'get',
  find: 'search',
  query: 'search',
  ask: 'search',
  semantic: 'rag',
  hybrid: 'rag',
  question: 'rag',
  article: 'rag',
  publication: 'rag',
  literature: 'rag',
  document: 'rag',
  abstract: 'rag',
  record: 'rag',
  paper: 'rag',
  medline: 'pubmed',
  ncbi: 'pubmed',
  entrez: 'pubmed',
  snapshot: 'checkpoint',
  freeze: 'checkpoint',
  compare: 'diff',
  change: 'diff',
  remove: 'delete',
  drop: 'delete',
  make: 'create',
  new: 'create',
  save: 'create',
  citation: 'cite',
  bibtex: 'cite',
  bibliography: 'cite',
  ris: 'cite',
  similar: 'related',
  neighbor: 'related',
  cited: 'related',
  citing: 'related',
  import: 'load',
  bulk: 'load',
  ingest: 'sync',
  add: 'sync',
  update: 'incremental',
  rebuild: 'reindex',
  stat: 'status',
  info: 'status',
  statistic: 'status',
  count: 'status',
  health: 'ping',
  version: 'ping',
  task: 'job',
  progress: 'job',
  all: 'list',
};

/** Two words that together mean another tool than either alone. */
const PHRASES: readonly (readonly [said: RegExp, meant: string])[] = [
  [/(?:job|task)s?[\W_]?status/i, 'job_get'],
  [/corpus[\W_]?(?:search|query)/i, 'rag_search'],
];

const IN_NAME = 4;
const IN_TITLE = 2;
const IN_DESCRIPTION = 1;

/**
 * The tool that a writer of `given` meant: the one whose name says the same, else by spelling, else by the
 * words in it; `null` where none says.
 */
export function findNearestTool(given: string, tools: readonly DescribedTool[]): string | null {
  const phrase = PHRASES.find(([said]) => said.test(given.slice(0, 100)))?.[1];
  const wanted = new Set(toWords(phrase ?? given.slice(0, 100)));
  const same = tools.find(({ name }) => new Set(toWords(name)).symmetricDifference(wanted).size === 0);
  if (same !== undefined) return same.name;
  const spelt = findNearestName(
    given,
    tools.map(({ name }) => name),
  );
  if (spelt !== null) return spelt;
  const read = tools.map(({ name, title = '', description = '' }) => ({
    name,
    names: new Set(toWords(name)),
    titles: new Set(toWords(title)),
    told: new Set(toWords(description)),
  }));
  let best: { name: string; score: number } | null = null;
  for (const { name, names, titles, told } of read) {
    let score = 0;
    for (const word of wanted) {
      // What many tools are called says little: four of them get something.
      if (names.has(word)) score += IN_NAME / Math.sqrt(read.filter((one) => one.names.has(word)).length);
      else if (titles.has(word)) score += IN_TITLE;
      else if (told.has(word)) score += IN_DESCRIPTION;
    }
    if (score === 0) continue;
    // Of two tools the one whose name says less that was not asked for.
    score -= [...names].filter((word) => !wanted.has(word)).length / 10;
    if (score > (best?.score ?? 0)) best = { name, score };
  }
  return best?.name ?? null;
}

/** In lower case, one form for each meaning. */
function toWords(text: string): string[] {
  const words =
    text
      .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
      .toLowerCase()
      .match(/[a-z]{3,}/g) ?? [];
  return words.map((word) => {
    const one = word.length > 3 && !word.endsWith('us') ? word.replace(/s$/, '') : word;
    return Object.hasOwn(MEANS, one) ? (MEANS[one] ?? one) : one;
  });
}
