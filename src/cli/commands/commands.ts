import type { Command } from 'commander';
import { addArchive } from './archive.ts';
import { addCheckpoint } from './checkpoint.ts';
import type { CommandInputs } from './command-inputs.ts';
import { addDemo } from './demo.ts';
import { addDoctor } from './doctor.ts';
import { addGet } from './get.ts';
import { addInvoke } from './invoke.ts';
import { addLoad } from './load.ts';
import { addMigrate } from './migrate.ts';
import { addPubmed } from './pubmed.ts';
import { addReindex } from './reindex.ts';
import { addSearch } from './search.ts';
import { addServe } from './serve.ts';
import { addStatus } from './status.ts';
import { addStdio } from './stdio.ts';
import { addSync } from './sync.ts';
import { addWorker } from './worker.ts';

/** In the order of the help. */
const COMMANDS: readonly ((program: Command, inputs: CommandInputs) => void)[] = [
  addLoad,
  addSync,
  addSearch,
  addGet,
  addStatus,
  addInvoke,
  addPubmed,
  addCheckpoint,
  addServe,
  addWorker,
  addStdio,
  addDemo,
  addReindex,
  addMigrate,
  addDoctor,
  addArchive,
];

export function addCommands(program: Command, inputs: CommandInputs): void {
  for (const add of COMMANDS) add(program, inputs);
}
