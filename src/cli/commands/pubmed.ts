import { type Command, Option } from 'commander';
import { CITATION_STYLES } from '../../citing/citation-style.ts';
import type { CommandInputs } from './command-inputs.ts';
import { json, toNumber, withoutUndefined } from './command-options.ts';

/** The commands that ask live PubMed. */
export function addPubmed(program: Command, { callTool }: CommandInputs): void {
  const pubmed = program.command('pubmed').description('live PubMed: search, get, related, cite');
  pubmed
    .command('search')
    .description('ask PubMed itself, in its query language')
    .argument('<query...>', 'words, "phrases", fields[tiab], AND, OR, NOT')
    .option('-n, --limit <number>', 'how many at most, up to 200', toNumber)
    .option('--offset <number>', 'how many to pass over', toNumber)
    .addOption(new Option('--sort <order>', 'in which order').choices(['relevance', 'date']))
    .option('--from <date>', 'published from: YYYY, YYYY-MM or YYYY-MM-DD')
    .option('--to <date>', 'published to')
    .addOption(
      new Option('--date-type <type>', 'what --from and --to mean').choices(['pdat', 'edat', 'mdat']),
    )
    .option('--journal <name...>', 'only these: title, abbreviation, ISSN or NLM id')
    .option('--author <name...>', 'only these: "Smith JA"')
    .option('--mesh <name...>', 'only these headings and what is below them')
    .option('--type <name...>', 'only these publication types')
    .option('--language <name...>', "only these: name or NLM's three letters")
    .option('--has-abstract', 'only with an abstract')
    .addOption(json())
    .action((words: string[], options: PubmedSearchOptions) =>
      callTool('pubmed.search', toParams(words.join(' '), options), { ...options, view: 'pubmed-list' }),
    );
  pubmed
    .command('get')
    .description('read records by PMID; those that the corpus lacks join it')
    .argument('<pmid...>', 'at most 200')
    .option('--refresh', 'ask PubMed also for what the corpus has')
    .addOption(json())
    .action((pmids: string[], { refresh, ...options }: { refresh?: boolean; json?: boolean }) =>
      callTool('pubmed.get', withoutUndefined({ pmids, refresh }), { ...options, view: 'pubmed-records' }),
    );
  pubmed
    .command('related')
    .description('find articles that belong to one')
    .argument('<pmid>')
    .addOption(new Option('-r, --relation <relation>', 'how').choices(['similar', 'cited_by', 'references']))
    .option('-n, --limit <number>', 'how many at most, up to 200', toNumber)
    .addOption(json())
    .action((pmid: string, { relation, limit, ...options }: RelatedOptions) =>
      callTool('pubmed.related', withoutUndefined({ pmid, relation, limit }), {
        ...options,
        view: 'pubmed-list',
      }),
    );
  pubmed
    .command('cite')
    .description('cite records by PMID, ready to paste')
    .argument('<pmid...>', 'at most 200')
    .addOption(new Option('-s, --style <style>', 'in which style').choices(CITATION_STYLES))
    .addOption(json())
    .action((pmids: string[], { style, ...options }: { style?: string; json?: boolean }) =>
      callTool('pubmed.cite', withoutUndefined({ pmids, style }), { ...options, view: 'pubmed-citations' }),
    );
}

interface RelatedOptions {
  relation?: string;
  limit?: number;
  json?: boolean;
}

interface PubmedSearchOptions {
  json?: boolean;
  limit?: number;
  offset?: number;
  sort?: string;
  from?: string;
  to?: string;
  dateType?: string;
  journal?: string[];
  author?: string[];
  mesh?: string[];
  type?: string[];
  language?: string[];
  hasAbstract?: boolean;
}

function toParams(term: string, options: PubmedSearchOptions): Record<string, unknown> {
  return withoutUndefined({
    term,
    limit: options.limit,
    offset: options.offset,
    sort: options.sort,
    date_from: options.from,
    date_to: options.to,
    date_type: options.dateType,
    journals: options.journal,
    authors: options.author,
    mesh: options.mesh,
    publication_types: options.type,
    languages: options.language,
    has_abstract: options.hasAbstract,
  });
}
