import type { Command } from 'commander';
import { findNearestTool } from '../tools/nearest-tool.ts';

const UNKNOWN = /^(error: unknown command '(.+)'\n)/;

/**
 * Commander's error; one about a command that there is not with the commands that end in that word, else
 * with the one that means it. Where there is none, commander's own advice stays, which goes by spelling.
 */
export function tellMeantCommand(program: Command, argv: readonly string[], text: string): string {
  const [, said = '', unknown] = UNKNOWN.exec(text) ?? [];
  if (unknown === undefined) return text;
  const all = listCommands(program);
  const ending = all.filter((words) => words.split(' ').at(-1) === unknown);
  const meant = ending.length > 0 ? ending : findMeant(argv.slice(0, argv.indexOf(unknown) + 1), all);
  return meant.length === 0
    ? text
    : `${said}(Did you mean ${meant.map((words) => `bio-mcp ${words}`).join(' or ')}?)\n`;
}

function findMeant(given: readonly string[], all: readonly string[]): string[] {
  const words = given.filter((word) => !word.startsWith('-')).join(' ');
  const meant = findNearestTool(
    words,
    all.map((name) => ({ name })),
  );
  return meant === null ? [] : [meant];
}

/** The words of each command that does something. */
function listCommands({ commands }: Command): string[] {
  return commands.flatMap((one) => {
    const inner = listCommands(one);
    return inner.length === 0 ? [one.name()] : inner.map((words) => `${one.name()} ${words}`);
  });
}
