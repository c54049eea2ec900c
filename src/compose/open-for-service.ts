import type { Corpus } from '../compose.ts';
import { readRuntimeDir } from '../config/data-dir.ts';
import type { CallOptions } from '../domain/call-options.ts';
import { ERROR_CODES } from '../errors/bio-mcp-error.ts';
import { openService, type Service } from '../ownership/open-service.ts';
import { openPatiently, type PatientCorpus } from './open-patiently.ts';
import { openWorking, type WorkingOptions } from './open-working.ts';
import { tellClients } from './tell-clients.ts';

export interface ForServiceOptions extends Omit<WorkingOptions, 'mode' | 'workerLogger' | 'isToldOfEmail'> {
  /** Of the command, for whoever finds the folder in use. */
  name: string;
}

/** For a process that keeps the corpus until it ends. */
export function openForService(
  { name, runsJobs, ...given }: ForServiceOptions,
  options: CallOptions,
): Promise<Service<Corpus>> {
  const { config, logger } = given;
  const isEmbedded = config.database.kind === 'embedded';
  // Only a service that shares its corpus with others may leave the jobs to them.
  const runs = runsJobs || isEmbedded;
  const { onLost, lost } = tellClients(given.onLost);
  // The command line tells of a missing e-mail when a service starts.
  const working = { ...given, onLost, mode: 'use', runsJobs: runs, isToldOfEmail: true } as const;
  return openService(
    {
      folder: isEmbedded ? config.dataDir : null,
      name,
      runtimeDir: readRuntimeDir(),
      onLost: (error) => given.onLost(error, { atOnce: true }),
      lost,
      open: (opening) => openWorking(working, opening),
      logger,
    },
    options,
  );
}

/** The same where servers may be away. An embedded database that fails is none that may come back. */
export function openServicePatiently(
  given: ForServiceOptions,
  options: CallOptions,
): PatientCorpus<Corpus['services']> {
  const { config, logger } = given;
  return openPatiently<Corpus>(
    {
      open: async (opening) => {
        const service = await openForService(given, opening);
        return { ...service.corpus, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
      },
      isFatal: (code) => config.database.kind === 'embedded' && ERROR_CODES[code].concerns === 'database',
      logger,
    },
    options,
  );
}
