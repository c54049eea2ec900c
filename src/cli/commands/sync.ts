import type { Command } from 'commander';
import type { CommandInputs } from './command-inputs.ts';
import { detach, json, toNumber, withoutUndefined } from './command-options.ts';

export function addSync(program: Command, { callTool }: CommandInputs): void {
  program
    .command('sync')
    .description('bring everything that matches a PubMed query into the corpus, and keep it up to date')
    .argument('<term...>', 'a query in the language of PubMed')
    .option('--incremental', 'only what is new or revised since the last complete sync')
    .option('--since <day>', 'with --incremental: the first day to ask for, YYYY-MM-DD')
    .option('--limit <number>', 'at most so many records', toNumber)
    .addOption(json())
    .addOption(detach())
    .action((words: string[], { incremental, since, limit, ...options }: SyncOptions) =>
      callTool(
        incremental === true ? 'pubmed.sync.incremental' : 'pubmed.sync',
        withoutUndefined({ term: words.join(' '), since, limit }),
        { ...options, view: 'sync' },
      ),
    );
}

interface SyncOptions {
  json?: boolean;
  detach?: boolean;
  incremental?: boolean;
  since?: string;
  limit?: number;
}
