import type { ProvokedFault } from './provoked-faults.ts';

export const STATE_FAULTS: readonly ProvokedFault[] = [
  {
    fault: 'a database that fails as the leftovers of a rebuild are removed',
    outcome: 'the rebuild has ended as it did; the next one removes them',
    test: {
      file: 'tests/ingest/rebuild/left-tables.test.ts',
      name: 'a rebuild whose leftovers cannot be removed has ended well, and the next one removes them',
    },
  },
  {
    fault: 'a damaged state log',
    outcome: 'found by `archive verify`',
    test: { file: 'tests/archive/verify-archive.test.ts', name: 'a damaged state log is found' },
  },
  {
    fault: 'no `state/` at all',
    outcome: 'every document comes back at its current content',
    test: {
      file: 'tests/ingest/rebuild/reindex.test.ts',
      name: 'an archive without state/ gives every document at its current content',
    },
  },
  {
    fault: 'a database that was lost',
    outcome: 'told of; nothing is loaded into the empty one',
    test: {
      file: 'tests/ingest/rebuild/reindex.test.ts',
      name: 'a database that was lost is told of, and nothing is loaded into the empty one',
    },
  },
  {
    fault: 'a lost and a damaged object during a reindex',
    outcome: 'told by PMID; loading them again mends the corpus',
    test: {
      file: 'tests/ingest/rebuild/reindex.test.ts',
      name: 'a lost and a damaged object are told by PMID, and loading them again mends the corpus',
    },
  },
  {
    fault: '`kill -9` during a reindex',
    outcome: 'the old corpus or the new one, whole; running it again ends it',
    test: {
      file: 'tests/ingest/rebuild/reindex-kill.faults.test.ts',
      name: 'leaves the old corpus or the new one, whole, and running it again ends it',
    },
  },
  {
    fault: 'a rebuilt index that lacks chunks',
    outcome: 'the old one stays in its place',
    test: {
      file: 'tests/compose/several-writers.services.test.ts',
      name: 'a rebuilt index that lacks chunks does not take the place of the old one',
    },
  },
  {
    fault: 'a copy of the archive that was stopped half-way',
    outcome: 'completed by the next',
    test: {
      file: 'tests/ingest/rebuild/copy-archive.services.test.ts',
      name: 'a copy that was stopped half-way is completed by the next',
    },
  },
];
