import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { addCheckpointCommands } from './checkpoint-commands.ts';
import type { CallTool, CliActions } from './cli-actions.ts';
import { detach, json, toNumber, withoutUndefined } from './command-options.ts';
import { addPubmedCommands } from './pubmed-commands.ts';
import { UsageError } from './reported-error.ts';

export interface ProgramOptions extends CliActions {
  version: string;
}

/** Runs the command that the words name. Wrong usage is told on stderr and thrown as `UsageError`; actions throw their own. */
export async function parseCommandLine(argv: readonly string[], options: ProgramOptions): Promise<void> {
  try {
    await createProgram(options).parseAsync([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw new UsageError(error.message, { cause: error });
  }
}

function createProgram(actions: ProgramOptions): Command {
  const program = new Command('bio-mcp')
    .description('A curated, archived, searchable corpus of PubMed literature.')
    .version(actions.version)
    .exitOverride()
    .showHelpAfterError('(bio-mcp --help lists the commands)')
    .configureHelp({ sortSubcommands: false });
  addToolCommands(program, actions.callTool);
  addPubmedCommands(program, actions.callTool);
  addCheckpointCommands(program, actions.callTool);
  program
    .command('serve')
    .description('serve the tools over HTTP on this machine and run jobs, until stopped')
    .action(() => actions.serveHttp('serve'));
  program
    .command('http')
    .description('serve the tools over HTTP; on PostgreSQL without running jobs, which `worker` does')
    .action(() => actions.serveHttp('http'));
  program
    .command('worker')
    .description('run jobs, without serving anything (on PostgreSQL)')
    .action(() => actions.runWorker());
  program
    .command('stdio')
    .description('serve the tools over MCP to the program that starts this one, until it closes the input')
    .action(() => actions.serveStdio());
  program
    .command('demo')
    .description('load the 1,000 citations that ship with bio-mcp and ask them one question')
    .action(() => actions.runDemo());
  program
    .command('reindex')
    .description('build documents and index anew from the archive alone, with the embedder of the settings')
    .addOption(json())
    .action((options: { json?: boolean }) => actions.reindex(options));
  program
    .command('migrate')
    .description('bring the database to the migrations of this release, and make what the index lacks')
    .action(() => actions.migrate());
  program
    .command('doctor')
    .description(
      'use every dependency that the settings name as the system does, and say what to do where one fails; exit code 1 then',
    )
    .addOption(json())
    .action(({ json: asJson }: { json?: boolean }) => actions.doctor({ json: asJson === true }));
  addArchiveCommands(program, actions);
  return program;
}

function addArchiveCommands(program: Command, actions: CliActions): void {
  const archive = program.command('archive').description('the archive of raw records');
  archive
    .command('verify')
    .description(
      'read every archived object again and check its hash; exit code 1 if one is missing or damaged',
    )
    .addOption(json())
    .action(({ json: asJson }: { json?: boolean }) => actions.verifyArchive({ json: asJson === true }));
  archive
    .command('copy')
    .description(
      'copy the archive, its history and state/ included, from files to S3 or back, and read the copy again; ' +
        '`reindex` with the settings of the copy then builds the same corpus',
    )
    .requiredOption(
      '--to <address>',
      's3://bucket/prefix, or file:///folder (the folder `archive` of a data folder)',
    )
    .addOption(json())
    .action(({ to, json: asJson }: { to: string; json?: boolean }) =>
      actions.copyArchive({ to, json: asJson === true }),
    );
}

function addToolCommands(program: Command, callTool: CallTool): void {
  program
    .command('load')
    .description('load PubMed files (.xml, .xml.gz), folders of them, or what is new in a folder on the web')
    .argument(
      '<source...>',
      "files, folders, https URLs, s3://bucket/prefix/; baseline and updatefiles are NLM's two folders",
    )
    .addOption(json())
    .addOption(detach())
    .action((files: string[], options: { json?: boolean; detach?: boolean }) =>
      callTool('pubmed.load', { source: files }, { ...options, view: 'load' }),
    );
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
  program
    .command('get')
    .description('read one stored document')
    .argument('<doc_id>', 'pmid:12345678')
    .option('--checkpoint <id>', 'the revision that this checkpoint froze')
    .addOption(json())
    .action((docId: string, { checkpoint, ...options }: { checkpoint?: string; json?: boolean }) =>
      callTool('rag.get', withoutUndefined({ doc_id: docId, checkpoint_id: checkpoint }), {
        ...options,
        view: 'document',
      }),
    );
  program
    .command('status')
    .description('what the corpus holds, and whether its parts are well')
    .addOption(json())
    .action((options: { json?: boolean }) => callTool('corpus.status', {}, { ...options, view: 'status' }));
  program
    .command('invoke')
    .description('call any tool by its name; the answer is JSON')
    .argument('<tool>', 'such as rag.search')
    .option('-p, --params <json>', 'its parameters', toJsonObject, {})
    .addOption(detach())
    .action((tool: string, { params, ...options }: { params: Record<string, unknown>; detach?: boolean }) =>
      callTool(tool, params, { ...options, json: true, view: 'json' }),
    );
}

interface SyncOptions {
  json?: boolean;
  detach?: boolean;
  incremental?: boolean;
  since?: string;
  limit?: number;
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

function toJsonObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>; // a JSON object has string keys
    }
  } catch (error) {
    throw new InvalidArgumentError(
      `It is no JSON: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
  throw new InvalidArgumentError('It must be a JSON object, such as \'{"query": "glioma"}\'.');
}
