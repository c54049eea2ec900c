import { openEmbedder } from '../compose/rooms/open-embedder.ts';
import type { Config } from '../config/config.ts';
import type { CallOptions } from '../domain/call-options.ts';
import { openSqsJobMessages } from '../queue/sqs-job-messages.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { DoctorCheck } from './doctor-check.ts';
import { examineArchive } from './examine-archive.ts';
import { examineFolder } from './examine-folder.ts';
import { examineWeaviate } from './examine-index.ts';
import { examineNcbi } from './examine-ncbi.ts';
import { listDatabaseChecks, type ReadStatus } from './list-database-checks.ts';
import { noteManySearches } from './match-pools.ts';

export interface DoctorNeeds {
  config: Config;
  logger: Logger;
  readStatus: ReadStatus;
}

/** A check for each dependency that the settings name; each opens what it needs and closes it again. */
export function listDoctorChecks({ config, logger, readStatus }: DoctorNeeds): DoctorCheck[] {
  return [
    { name: 'data folder', examine: () => examineFolder(config.dataDir) },
    ...listDatabaseChecks(config, readStatus),
    { name: 'archive', examine: (options) => examineArchive(config, options) },
    ...listQueueChecks(config),
    ...listIndexChecks(config),
    { name: 'embedder', examine: (options) => examineEmbedder(config, options) },
    { name: 'ncbi', examine: (options) => examineNcbi(config, logger, options) },
  ];
}

function listQueueChecks({ jobs: { messageQueue } }: Config): DoctorCheck[] {
  if (messageQueue === null) return [];
  const examine = async (options: CallOptions) => {
    await using messages = await openSqsJobMessages(messageQueue);
    await messages.probe(options);
    return 'send, receive and delete work; the dead-letter queue is there';
  };
  return [{ name: 'queue', examine }];
}

function listIndexChecks(config: Config): DoctorCheck[] {
  const { index: setting } = config;
  if (setting.kind === 'files') return [];
  const examine = async (options: CallOptions) =>
    [await examineWeaviate(setting, options), ...noteManySearches(config)].join('; ');
  return [{ name: 'index', examine }];
}

async function examineEmbedder(config: Config, options: CallOptions): Promise<string> {
  const { embedder } = await openEmbedder(config, options);
  const vector = await embedder.embed(['glioblastoma'], 'query', options);
  return `${embedder.id}, ${vector.length} dimensions`;
}
