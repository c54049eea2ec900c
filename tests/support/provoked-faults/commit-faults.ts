import type { ProvokedFault } from './provoked-faults.ts';

export const COMMIT_FAULTS: readonly ProvokedFault[] = [
  {
    fault: '`kill -9` at random moments of a load',
    outcome: 'the next run leaves what an undisturbed one leaves',
    test: {
      file: 'tests/ingest/runs/killed-load.faults.test.ts',
      name: 'at ${KILLS} moments, then run to its end, leaves what an undisturbed one leaves',
    },
  },
  {
    fault: 'an announced batch whose process died',
    outcome: 'what had reached the archive is published, and nothing else',
    test: {
      file: 'tests/ingest/publish/reconcile.test.ts',
      name: 'publishes an announced record that had reached the archive and nothing else',
    },
  },
  {
    fault: 'a batch that fails while the next one is archived',
    outcome: 'the next writer publishes both from the archive',
    test: {
      file: 'tests/ingest/publish/batches-in-flight.test.ts',
      name: 'what is archived when the batch before it fails is published by the next writer',
    },
  },
  {
    fault: 'an announced object that a power cut emptied',
    outcome: 'no hindrance; the next load mends it',
    test: {
      file: 'tests/ingest/publish/reconcile.test.ts',
      name: 'is not hindered by an announced object that a power cut has emptied; the next load mends it',
    },
  },
  {
    fault: 'a disk that answers fsync, or the flush of all folders, with EIO',
    outcome: 'the load stops and names the disk; the same load is whole once the disk is well',
    test: {
      file: 'tests/disk/broken-disk.faults.test.ts',
      name: 'at ${calls} stops a load with that word, and the same load is whole once the disk is well',
    },
  },
  {
    fault: 'a connection that breaks during COMMIT',
    outcome: 'what the commit came to is what counts',
    test: {
      file: 'tests/compose/several-writers.services.test.ts',
      name: 'leaves what the commit came to: its documents are found, and loading again skips them',
    },
  },
  {
    fault: 'a writer that loses the lock before the commit',
    outcome: 'its batch is undone; another writer loses nothing',
    test: {
      file: 'tests/compose/several-writers.services.test.ts',
      name: 'who loses the lock before the commit undoes its batch, and another writer loses nothing',
    },
  },
  {
    fault: 'a commit after another one',
    outcome: 'refused; nothing of it stays',
    test: {
      file: 'tests/store/database/publish-lock.test.ts',
      name: 'a commit after another one is refused, and nothing of it stays',
    },
  },
  {
    fault: 'a full disk under the embedded database',
    outcome: 'one sentence; with space again the same command completes it',
    test: {
      file: 'tests/ingest/runs/full-disk.faults.test.ts',
      name: 'under the embedded database ends the load in one sentence; with space again the same command completes it',
    },
  },
  {
    fault: 'PostgreSQL that is gone',
    outcome: '`DB_UNAVAILABLE` from every method',
    test: {
      file: 'tests/store/database/database-faults.test.ts',
      name: 'a server that is gone is DB_UNAVAILABLE from every kind of method',
    },
  },
  {
    fault: 'a role or database with a search path, date style, isolation or time limits of its own',
    outcome: 'does not reach our sessions',
    test: {
      file: 'tests/store/database/session-settings.test.ts',
      name: 'what a database gives its sessions otherwise does not reach ours, before and after the publish lock',
    },
  },
  {
    fault: 'PostgreSQL that takes too long or says nothing',
    outcome: '`DB_TIMEOUT`; the connection is given up',
    test: {
      file: 'tests/store/database/postgres-timeouts.test.ts',
      name: 'a server that says nothing at all is DB_TIMEOUT, and its connection is given up',
    },
  },
  {
    fault: 'PostgreSQL that says nothing any more while a process ends',
    outcome: 'the database is closed without it',
    test: {
      file: 'tests/store/database/server-notices.test.ts',
      name: 'keeps nobody from closing the database where the server says nothing any more',
    },
  },
  {
    fault: 'text that PostgreSQL cannot hold',
    outcome: 'the batch fails whole',
    test: {
      file: 'tests/store/database/database-faults.test.ts',
      name: 'text that PostgreSQL cannot hold fails the whole batch, and nothing of it stays',
    },
  },
  {
    fault: 'any sequence of loads, kills, lost databases and changed settings',
    outcome: 'archive, tables, index and an independent model agree',
    test: {
      file: 'tests/ingest/histories/describe-histories.ts',
      name: 'of SEED=${seed} leave archive, tables and index as the model says',
    },
  },
  {
    fault: 'a power cut at fifty random moments, with what was not flushed lost in whole or in part',
    outcome: 'the embedded database opens and holds every commit that was answered',
    test: {
      file: 'tests/store/database/power-cut.faults.test.ts',
      name: 'after each of ${MOMENTS} power cuts the embedded database holds every commit that was answered',
    },
  },
  {
    fault: 'a power cut at random moments of a whole load: archive, database and index',
    outcome: 'what was told of is there at once; the same load completes the rest',
    test: {
      file: 'tests/compose/power-cut.faults.test.ts',
      name: 'after each of ${MOMENTS} power cuts in a load all that was told of is there, and the same load completes the rest',
    },
  },
  {
    fault: 'a power cut at random moments of writing, tidying and closing an embedded index',
    outcome: 'the index opens, holds what was flushed, and can be written to and tidied',
    test: {
      file: 'tests/search/generations/power-cut.faults.test.ts',
      name: 'after each of ${MOMENTS} power cuts in writing, tidying and closing an index holds what was flushed, and can be tidied',
    },
  },
  {
    fault: 'a disk that does not flush what a commit names',
    outcome: 'the commit is not made; the flush comes before each commit, `state/` and manifest',
    test: {
      file: 'tests/store/flush-first.test.ts',
      name: 'what a commit names is flushed before it: objects and passages, state/ and the manifest',
    },
  },
];
