import { ARCHIVE_FAULTS } from './archive-faults.ts';
import { COMMIT_FAULTS } from './commit-faults.ts';
import { DOWNLOAD_FAULTS } from './download-faults.ts';
import { FETCH_FAULTS } from './fetch-faults.ts';
import { INDEX_FAULTS } from './index-faults.ts';
import { JOB_FAULTS } from './job-faults.ts';
import { OWNERSHIP_FAULTS } from './ownership-faults.ts';
import { PREPARE_FAULTS } from './prepare-faults.ts';
import { READ_FAULTS } from './read-faults.ts';
import { REQUEST_FAULTS } from './request-faults.ts';
import { START_FAULTS } from './start-faults.ts';
import { STATE_FAULTS } from './state-faults.ts';

/**
 * One fault that a test provokes. To add one: write the test, add a row to the file of its stage, run `make
 * documents`. A new stage is a file of its own and a line in `PROVOKED_FAULTS`.
 */
export interface ProvokedFault {
  /** What goes wrong, in words that go on from nothing: "a full disk". */
  fault: string;
  /** What comes of it. */
  outcome: string;
  /** `name` as the file spells it between its quotes, `${…}` and backslashes included. */
  test: { file: string; name: string };
}

/** In the order in which a record meets the stages; docs/reliability.md shows them so. */
export const PROVOKED_FAULTS: readonly { stage: string; faults: readonly ProvokedFault[] }[] = [
  { stage: 'start', faults: START_FAULTS },
  { stage: 'ownership', faults: OWNERSHIP_FAULTS },
  { stage: 'request', faults: REQUEST_FAULTS },
  { stage: 'job', faults: JOB_FAULTS },
  { stage: 'download', faults: DOWNLOAD_FAULTS },
  { stage: 'read', faults: READ_FAULTS },
  { stage: 'fetch', faults: FETCH_FAULTS },
  { stage: 'prepare', faults: PREPARE_FAULTS },
  { stage: 'archive', faults: ARCHIVE_FAULTS },
  { stage: 'index', faults: INDEX_FAULTS },
  { stage: 'commit', faults: COMMIT_FAULTS },
  { stage: 'state', faults: STATE_FAULTS },
];
