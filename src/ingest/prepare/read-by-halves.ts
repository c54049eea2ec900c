import { hash } from 'node:crypto';
import { createTurns } from '../../domain/concurrency/turns.ts';
import { findPmid, toSha256 } from '../../domain/ids.ts';
import type { IncomingRecord } from '../records.ts';
import { isMostlyRefused, toReasonLine } from '../refusals.ts';
import type { IngestThreads } from './ingest-threads.ts';
import { type PrepareResult, toTask } from './prepare-task.ts';

/** What a thread made of some records, or why there is one that no thread survives. */
export type ReadAnswer =
  | { kind: 'read'; result: PrepareResult }
  | { kind: 'deadly'; record: IncomingRecord; reason: string };

/**
 * Reads records on threads. A thread that ends over them, for want of memory or by a crash, is survived: the
 * record that ends it is found by halves and by a second try alone, and the others are read. The answers
 * make up the records in their order.
 *
 * It throws what ended the thread where it is not the record's fault: a record that nothing is wrong with
 * ends it too, or more records do than do not.
 */
export type ReadByHalves = (records: readonly IncomingRecord[]) => Promise<ReadAnswer[]>;

/** For the portions of one batch, which are counted together. */
export function createReadByHalves(threads: IngestThreads): ReadByHalves {
  let deadly = 0;
  let accepted = 0;
  /** Suspects are read one after the other, so that none is blamed for what another one did. */
  const turns = createTurns(1);

  const read = async (records: readonly IncomingRecord[]): Promise<ReadAnswer[] | Failure> => {
    try {
      const result = await threads.run(toTask(records));
      accepted += records.length;
      return [{ kind: 'read', result }];
    } catch (error) {
      if (threads.isClosed) throw error;
      return { error };
    }
  };

  const requireSound = async ({ error }: Failure) => {
    await threads.run(toTask([toSoundRecord()])).catch(() => {
      throw error;
    });
  };

  const search = async (records: readonly IncomingRecord[], failure: Failure): Promise<ReadAnswer[]> => {
    await requireSound(failure);
    const [record] = records;
    if (record === undefined) throw failure.error;
    if (records.length === 1) {
      const again = await read(records);
      if (Array.isArray(again)) return again;
      deadly += 1;
      if (isMostlyRefused(deadly, accepted)) throw again.error;
      return [{ kind: 'deadly', record, reason: toReason(again.error) }];
    }
    const middle = records.length >> 1;
    const answers: ReadAnswer[] = [];
    for (const half of [records.slice(0, middle), records.slice(middle)]) {
      const answer = await read(half);
      answers.push(...(Array.isArray(answer) ? answer : await search(half, answer)));
    }
    return answers;
  };

  return async (records) => {
    const answer = await read(records);
    if (Array.isArray(answer)) return answer;
    return turns.use(() => search(records, answer));
  };
}

interface Failure {
  error: unknown;
}

/** Goes into the quarantine. */
function toReason(error: unknown): string {
  return toReasonLine(
    `Reading it ends the thread: ${error instanceof Error ? error.message : String(error)}`,
  );
}

/** As any record is: a thread that ends over this one ends over whatever it is given. */
function toSoundRecord(): IncomingRecord {
  const bytes = Buffer.from(SOUND_XML);
  return {
    ordinal: 0,
    bytes,
    contentHash: toSha256(hash('sha256', bytes)),
    pmid: findPmid('1'),
    version: 1,
    outranked: false,
    origin: {
      fetchedAt: '2020-01-01T00:00:00Z',
      source: { api: 'none', endpoint: 'none', params: {} },
      http: { status: null, etag: null },
    },
  };
}

const SOUND_XML =
  '<PubmedArticle><MedlineCitation><PMID Version="1">1</PMID><Article><Journal><Title>Sound</Title></Journal>' +
  '<ArticleTitle>Aspirin for the prevention of stroke.</ArticleTitle></Article></MedlineCitation></PubmedArticle>';
