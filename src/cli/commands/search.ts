import { type Command, Option } from 'commander';
import type { CommandInputs } from './command-inputs.ts';
import { json, toNumber, withoutUndefined } from './command-options.ts';

export function addSearch(program: Command, { callTool }: CommandInputs): void {
  program
    .command('search')
    .description('ask the corpus a question')
    .argument('<question...>', 'plain words')
    .option('-k, --top-k <number>', 'how many documents at most', toNumber)
    .addOption(new Option('-m, --mode <mode>', 'how to search').choices(['hybrid', 'semantic', 'bm25']))
    .option('--alpha <number>', 'for hybrid: 0 only words … 1 only meaning', toNumber)
    .option('--from <date>', 'published from: YYYY, YYYY-MM or YYYY-MM-DD')
    .option('--to <date>', 'published to')
    .option('--journal <name...>', 'only these: title, ISO abbreviation or NLM id')
    .option('--mesh <name...>', 'only these descriptors: name or UI')
    .option('--type <name...>', 'only these publication types: name or UI')
    .option('--language <code...>', "only these: NLM's three letters")
    .option('--with-retracted', 'retracted papers too')
    .option('--by-quality', 'let the quality of the evidence weigh in')
    .option('--checkpoint <id>', 'only what this checkpoint froze, as it was')
    .addOption(json())
    .action((words: string[], options: SearchOptions) =>
      callTool('rag.search', toSearchParams(words.join(' '), options), { ...options, view: 'search' }),
    );
}

interface SearchOptions {
  json?: boolean;
  topK?: number;
  mode?: string;
  alpha?: number;
  from?: string;
  to?: string;
  journal?: string[];
  mesh?: string[];
  type?: string[];
  language?: string[];
  withRetracted?: boolean;
  byQuality?: boolean;
  checkpoint?: string;
}

/** Only what was given: the tool's own defaults hold for the rest. */
function toSearchParams(query: string, options: SearchOptions): Record<string, unknown> {
  const filters = withoutUndefined({
    date_from: options.from,
    date_to: options.to,
    journals: options.journal,
    mesh: options.mesh,
    publication_types: options.type,
    languages: options.language,
    exclude_retracted: options.withRetracted === true ? false : undefined,
  });
  return withoutUndefined({
    query,
    top_k: options.topK,
    search_mode: options.mode,
    alpha: options.alpha,
    rerank_by_quality: options.byQuality,
    checkpoint_id: options.checkpoint,
    filters: Object.keys(filters).length === 0 ? undefined : filters,
  });
}
