import { Command, CommanderError } from 'commander';
import { tellMeantCommand } from './meant-command.ts';
import type { Output } from './output.ts';
import { UsageError } from './reported-error.ts';

export interface ProgramOptions {
  version: string;
  stdout: Output;
  stderr: Output;
  addCommands: (program: Command) => void;
}

/** Columns of the help where no terminal tells how many it has: commander's own default. */
const NARROWEST_HELP = 80;
const EXIT_CODES = `
Exit codes: 0 done, 1 failed (or refused what was asked), 2 wrong usage or
settings, 130 stopped by the user.`;

/**
 * Runs the command that the words name. Wrong usage is told on stderr and thrown as `UsageError`; commands
 * throw their own.
 */
export async function parseCommandLine(argv: readonly string[], options: ProgramOptions): Promise<void> {
  try {
    await createProgram(argv, options).parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw new UsageError(error.message, { cause: error });
  }
}

function createProgram(
  argv: readonly string[],
  { version, stdout, stderr, addCommands }: ProgramOptions,
): Command {
  const program = new Command('bio-mcp');
  program
    .description('A curated, archived, searchable corpus of PubMed literature.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(tellMeantCommand(program, argv, text)),
      getOutHelpWidth: () => stdout.columns ?? NARROWEST_HELP,
      getErrHelpWidth: () => stderr.columns ?? NARROWEST_HELP,
    })
    .showHelpAfterError('(bio-mcp --help lists the commands)')
    .configureHelp({ sortSubcommands: false })
    .addHelpText('after', EXIT_CODES);
  addCommands(program);
  for (const command of program.commands) nameHelp(command, 'bio-mcp');
  return program;
}

/** Whoever uses a command wrongly is led to its own help. */
function nameHelp(command: Command, above: string): void {
  const words = `${above} ${command.name()}`;
  const told = command.commands.length > 0 ? 'lists its commands' : 'tells its words and options';
  command.showHelpAfterError(`(${words} --help ${told})`);
  for (const one of command.commands) nameHelp(one, words);
}
