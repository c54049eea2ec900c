import type { ReadyGate } from '../config/rooms/process.ts';
import type { CallOptions } from '../domain/call-options.ts';
import type { JobMessages } from '../queue/job-messages.ts';
import { ANALYZER, EARLIER_INDEX } from '../search/words/analyzer.ts';
import type { CorpusServices } from '../tools/tool-context.ts';
import { type HealthCheck, requireMigrated } from './check-health.ts';

export interface CheckedNeeds {
  store: CorpusServices['store'];
  archive: Pick<CorpusServices['archive'], 'ping'>;
  index: Pick<CorpusServices['index'], 'ping' | 'analyzer'>;
  /** What is to be told of the embedder that made the index; `null`: nothing. */
  noteEmbedder(): string | null;
  messages: Pick<JobMessages, 'ping'> | null;
}

/**
 * What an open corpus depends on; each holds readiness back where `gates` names it. Migrations go
 * with the database.
 */
export function listHealthChecks(
  { store, archive, index, noteEmbedder, messages }: CheckedNeeds,
  gates: readonly ReadyGate[],
): HealthCheck[] {
  const ofDatabase = gates.includes('database');
  const checks: HealthCheck[] = [
    { name: 'database', gates: ofDatabase, check: (options) => store.ping(options) },
    { name: 'migrations', gates: ofDatabase, check: (options) => requireMigrated(store, options) },
    {
      name: 'index',
      gates: gates.includes('index'),
      check: (options) => index.ping(options),
      note: () => joinNotes([index.analyzer === ANALYZER ? null : EARLIER_INDEX, noteEmbedder()]),
    },
    { name: 'archive', gates: gates.includes('archive'), check: (options) => archive.ping(options) },
  ];
  if (messages === null) return checks;
  const check = (options: CallOptions) => messages.ping(options);
  return [...checks, { name: 'queue', gates: gates.includes('queue'), check }];
}

function joinNotes(notes: readonly (string | null)[]): string | null {
  return notes.filter((note) => note !== null).join(' ') || null;
}
