import { SYNC_STAGES } from '../support/sync-fault-matrix.ts';
import { testFaultsWhile } from '../support/sync-faults.ts';

testFaultsWhile(SYNC_STAGES[2]);
