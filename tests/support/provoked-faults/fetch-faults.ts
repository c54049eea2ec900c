import type { ProvokedFault } from './provoked-faults.ts';

export const FETCH_FAULTS: readonly ProvokedFault[] = [
  {
    fault: 'every fault of the table above',
    outcome: 'as the table says, and then as if nothing had been',
    test: {
      file: 'tests/support/sync/sync-faults.ts',
      name: "${name}: ${lasting ?? 'delayed'}, and then as if nothing had been",
    },
  },
  {
    fault: 'an error in HTTP 200',
    outcome: 'asked again, never taken for "0 results"',
    test: { file: 'tests/pubmed/eutils/errors-in-200.test.ts', name: '${name} that stays is an error' },
  },
  {
    fault: 'a block of NCBI',
    outcome: '`PUBMED_BLOCKED` at once; once it is lifted, the sync goes on from its list',
    test: {
      file: 'tests/ingest/runs/sync-resume.test.ts',
      name: 'by a block of NCBI goes on from its list once that is lifted, and asked once meanwhile',
    },
  },
  {
    fault: 'an API key that NCBI refuses',
    outcome: 'not asked about again; the answer says what to set',
    test: {
      file: 'tests/pubmed/eutils/retries.test.ts',
      name: 'a refused API key is not asked about again, and says what to set',
    },
  },
  {
    fault: 'a record that spoils the whole answer',
    outcome: 'found by halves; its neighbours come in',
    test: {
      file: 'tests/ingest/runs/sync-missing.test.ts',
      name: 'a poison record that spoils its answer is found by halving; its neighbours come in',
    },
  },
  {
    fault: 'a record that NCBI lists and does not deliver',
    outcome: 'failed, and asked for again by the next run',
    test: {
      file: 'tests/ingest/runs/sync-missing.test.ts',
      name: 'one that NCBI has and does not deliver is failed, never dropped: the next run asks for it again',
    },
  },
  {
    fault: 'an EFetch that delivers nothing',
    outcome: "NCBI's failure: nothing is owed and no watermark moves",
    test: {
      file: 'tests/ingest/runs/sync-missing.test.ts',
      name: 'EFetch that delivers nothing of what NCBI has is NCBI’s failure: nothing is owed and no watermark moves',
    },
  },
  {
    fault: '`kill -9` at random moments of a sync',
    outcome: 'the same command gives what an undisturbed run gives',
    test: {
      file: 'tests/ingest/runs/sync-kill.faults.test.ts',
      name: 'the same command, run again, gives what an undisturbed run gives',
    },
  },
  {
    fault: 'a window that fails',
    outcome: 'the watermark stays at the end of the window before, and the next run goes on',
    test: {
      file: 'tests/ingest/runs/sync-windows.test.ts',
      name: 'a run that fails in its second window leaves the watermark at the end of the first, and the next goes on',
    },
  },
  {
    fault: '`kill -9` three times at the beginning of a sync',
    outcome: 'at most 1.35 times its records are asked for',
    test: {
      file: 'tests/ingest/runs/sync-early-kills.faults.test.ts',
      name: 'a sync that is killed three times at its beginning asks for at most 1.35 times its records',
    },
  },
  {
    fault: 'an answer that takes long',
    outcome: 'what has arrived is committed and marked as done meanwhile',
    test: {
      file: 'tests/ingest/runs/sync-commits-early.test.ts',
      name: 'what has arrived is committed and marked as done while NCBI is waited for',
    },
  },
];
