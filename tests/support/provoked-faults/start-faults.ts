import type { ProvokedFault } from './provoked-faults.ts';

export const START_FAULTS: readonly ProvokedFault[] = [
  {
    fault: 'a data folder that is open to other users',
    outcome: 'is closed with all that is in it',
    test: {
      file: 'tests/ownership/close-to-others.test.ts',
      name: 'of an earlier release is closed with all that is in it',
    },
  },
  {
    fault: 'a volume whose modes cannot be changed',
    outcome: 'one warning',
    test: {
      file: 'tests/ownership/close-to-others.test.ts',
      name: 'that this user cannot close, as on a mounted volume, is told in one warning',
    },
  },
  {
    fault: 'a Weaviate that takes no writes, a batch left half-way',
    outcome: 'searches what is there; the next writer settles the batch',
    test: {
      file: 'tests/compose/weaviate-limits.services.test.ts',
      name: 'a full disk: the load fails retryably and says what to do; with space it goes on as if nothing had been',
    },
  },
  {
    fault: 'a full disk under LanceDB, a batch left half-way',
    outcome: 'searches what is there; the next writer settles the batch',
    test: {
      file: 'tests/ingest/runs/full-disk.faults.test.ts',
      name: 'under the index keeps no corpus on ${engine} closed: searches answer, and the batch waits',
    },
  },
  {
    fault: 'a database that a later release migrates beside a running process',
    outcome: 'begins no job and publishes nothing; jobs wait for the later release',
    test: {
      file: 'tests/worker/later-release.test.ts',
      name: 'a process that a later release has overtaken begins no job and publishes nothing, and goes on once it may',
    },
  },
  {
    fault: 'a migration that the database refuses, or that another session blocks',
    outcome: 'nothing is changed; the commands of the runbook, copied, lead on',
    test: {
      file: 'tests/telemetry/refused-migration-runbook.services.test.ts',
      name: 'where the tables belong to another user',
    },
  },
  {
    fault: 'a database that nobody has migrated',
    outcome: 'lives, is not ready and says why',
    test: {
      file: 'tests/compose/behind-head.test.ts',
      name: 'http lives, is not ready and says why, and serves once `bio-mcp migrate` has run',
    },
  },
  {
    fault: 'a database that is away',
    outcome: 'lives, says so, and serves once it is there',
    test: {
      file: 'tests/compose/behind-head.test.ts',
      name: 'when http starts: it lives, says so, and serves once the database is there',
    },
  },
  {
    fault: 'Weaviate that is away',
    outcome: 'lives, says so, and goes on once it is back',
    test: {
      file: 'tests/compose/weaviate-corpus.services.test.ts',
      name: 'Weaviate away when http starts, and later: it lives, says so, and goes on once it is back',
    },
  },
  {
    fault: 'bad settings',
    outcome: 'all reported at once by name, without their values',
    test: {
      file: 'tests/config/refused-settings.test.ts',
      name: 'every bad variable is reported at once by name, without its value',
    },
  },
  {
    fault: 'the making of the embedded database cut short',
    outcome: 'completed; never in place of a database that lost a file',
    test: {
      file: 'tests/store/database/empty-database.test.ts',
      name: 'completes a folder whose making was cut short',
    },
  },
  {
    fault: 'S3 that does not answer',
    outcome: 'the corpus opens, reads and says so',
    test: {
      file: 'tests/ingest/publish/s3-failing.services.test.ts',
      name: 'a corpus whose S3 does not answer opens, reads and says so',
    },
  },
  {
    fault: 'a database of another PostgreSQL, without its version, or with a cut control file',
    outcome: 'named with its remedy; nothing is made in its place',
    test: {
      file: 'tests/store/database/damaged-database.test.ts',
      name: 'an embedded database of another major version, without its version or with a cut control file is named, and kept',
    },
  },
  {
    fault: 'a torn page or a lost file of a table',
    outcome: 'named by whoever meets it; other statements are answered',
    test: {
      file: 'tests/store/database/damaged-database.test.ts',
      name: 'damage that shows later is named by the statement that meets it, and by reading the database through',
    },
  },
  {
    fault: 'a damaged database and `bio-mcp reindex`',
    outcome: 'moved aside; everything comes back from the archive',
    test: {
      file: 'tests/compose/damaged-folders.test.ts',
      name: 'a damaged database is moved aside and comes back from the archive, found at once or later',
    },
  },
  {
    fault: 'a search index that lost files',
    outcome: 'named with its remedy; made anew by `bio-mcp reindex`',
    test: {
      file: 'tests/compose/damaged-folders.test.ts',
      name: 'a search index that lost files names `bio-mcp reindex`, which makes it anew',
    },
  },
  {
    fault:
      'files of database or index cut, zeroed, torn, swapped or deleted at random, after an end or a kill',
    outcome:
      'opens whole, or is named with its remedy; `bio-mcp reindex` brings every record back and deletes nothing',
    test: {
      file: 'tests/compose/damaged-states.faults.test.ts',
      name: 'each of ${STATES} damaged data folders opens whole, or is named and comes back by reindex',
    },
  },
  {
    fault: 'a role that lacks an action on S3, SQS or a secret',
    outcome: '`bio-mcp doctor`, or the start, names the action',
    test: {
      file: 'tests/compose/denied-roles.services.test.ts',
      name: 'that lacks ${action} is told so by the doctor',
    },
  },
  {
    fault: 'a login of the database that was rotated on one side alone',
    outcome: 'named with where to mend it; read again once it is right',
    test: {
      file: 'tests/compose/denied-roles.services.test.ts',
      name: 'were rotated on one side alone is told where to mend them',
    },
  },
  {
    fault: 'a role on AWS that lacks an action, while jobs run',
    outcome: 'the alarms of CloudWatch for failed writes and syncs go off',
    test: {
      file: 'tests/telemetry/provoked-alarms.services.test.ts',
      name: 'name a role that lacks an action',
    },
  },
  {
    fault: 'a login of the database that was rotated, while a process runs',
    outcome: 'the alarms of CloudWatch for readiness and answers with 5xx go off',
    test: {
      file: 'tests/telemetry/provoked-alarms.services.test.ts',
      name: 'name a login that was rotated where its secret was not',
    },
  },
  {
    fault: 'a disk of PostgreSQL that is full to the last byte, while a process runs',
    outcome: 'the caller is told so; the alarm of CloudWatch for answers with 5xx goes off',
    test: {
      file: 'tests/telemetry/provoked-alarms.services.test.ts',
      name: 'name a full disk of the database',
    },
  },
  {
    fault: 'a disk of PostgreSQL that is full, and still takes small things',
    outcome: 'named by `bio-mcp doctor`, which leaves nothing behind',
    test: {
      file: 'tests/compose/doctor-full-database.faults.test.ts',
      name: 'a database whose disk is full is named by the doctor, though it still takes small things',
    },
  },
  {
    fault: 'a data folder whose path leads nowhere, to itself, or is too long',
    outcome: 'one sentence that says what to do',
    test: {
      file: 'tests/ownership/folder-lock.test.ts',
      name: 'so is a path that leads nowhere, to itself, is too long, or lies where nothing can be made',
    },
  },
];
