import { SYNC_STAGES } from '../../support/sync/sync-fault-matrix.ts';
import { testFaultsWhile } from '../../support/sync/sync-faults.ts';

testFaultsWhile(SYNC_STAGES[0]);
