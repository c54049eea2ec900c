import type { Command } from 'commander';
import { addArchive } from './archive.ts';
import type { CommandInputs } from './command-inputs.ts';
import { addConnect } from './connect.ts';
import { addDemo } from './demo.ts';
import { addDoctor } from './doctor.ts';
import { addEvaluate } from './evaluate.ts';
import { addInvoke } from './invoke.ts';
import { addMigrate } from './migrate.ts';
import { addServe } from './serve.ts';
import { addStdio } from './stdio.ts';
import { addToken } from './token.ts';
import { addToolCommands } from './tool-commands.ts';
import { addWorker } from './worker.ts';

/** In the order of the help, behind those of the tools. */
const COMMANDS: readonly ((program: Command, inputs: CommandInputs) => void)[] = [
  addInvoke,
  addServe,
  addWorker,
  addStdio,
  addConnect,
  addDemo,
  addEvaluate,
  addMigrate,
  addDoctor,
  addToken,
  addArchive,
];

/**
 * Clients and orchestrators wait for these, and the commands of tools cost some 3 ms.
 */
const STARTS_AT_ONCE = new Set(['stdio', 'connect', 'serve', 'http', 'worker']);

export function addCommands(program: Command, inputs: CommandInputs): void {
  const [, word = ''] = inputs.commandName.split(' ');
  if (!STARTS_AT_ONCE.has(word)) addToolCommands(program, inputs, { asked: word });
  for (const add of COMMANDS) add(program, inputs);
}
