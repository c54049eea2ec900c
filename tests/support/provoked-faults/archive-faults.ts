import type { ProvokedFault } from './provoked-faults.ts';

export const ARCHIVE_FAULTS: readonly ProvokedFault[] = [
  {
    fault: 'a full disk',
    outcome: 'one sentence; the puts before it stay, and it goes on once there is space',
    test: {
      file: 'tests/archive/file-archive.faults.test.ts',
      name: 'a full disk ends a batch with a sentence; the puts before it stay, and it goes on once there is space',
    },
  },
  {
    fault: 'a full disk in the middle of a load',
    outcome: 'one sentence; with space again the same command completes it',
    test: {
      file: 'tests/ingest/runs/full-disk.faults.test.ts',
      name: 'under the archive ends the load in one sentence; with space again the same command completes it',
    },
  },
  {
    fault: 'a read-only disk',
    outcome: 'named as such',
    test: { file: 'tests/archive/file-archive.faults.test.ts', name: 'a read-only disk is named as such' },
  },
  {
    fault: 'folders that vanish',
    outcome: 'made anew',
    test: {
      file: 'tests/archive/file-archive.faults.test.ts',
      name: 'folders that vanish while the archive is open are made anew',
    },
  },
  {
    fault: '`kill -9` between puts',
    outcome: 'whole objects only; the next start removes what was half written',
    test: {
      file: 'tests/archive/file-archive.faults.test.ts',
      name: 'kill -9 in the middle leaves whole objects only, and the next start removes what was half written',
    },
  },
  {
    fault: 'a flipped bit, a cut, an exchange',
    outcome: 'found by `archive verify`, each with its reason',
    test: {
      file: 'tests/archive/verify-archive.test.ts',
      name: 'a flipped bit, wherever it is, is found, or every byte of the envelope is as it was',
    },
  },
  {
    fault: 'damage in the archive',
    outcome: 'mended by the next load of the same bytes',
    test: {
      file: 'tests/cli/command-line.test.ts',
      name: 'damage in the archive is found by verify, which exits 1, and mended by the next load',
    },
  },
  {
    fault: 'S3 that asks to slow down at every fifth PUT',
    outcome: 'nothing is lost, one version of each object',
    test: {
      file: 'tests/archive/s3-archive-failing.services.test.ts',
      name: 'a store that asks to slow down at every fifth PUT loses nothing and keeps one version of each',
    },
  },
  {
    fault: 'S3 that breaks connections',
    outcome: 'outlasted',
    test: {
      file: 'tests/archive/s3-archive-failing.services.test.ts',
      name: 'connections that break before and in the middle of an answer are outlasted',
    },
  },
  {
    fault: 'S3 that never answers',
    outcome: '`ARCHIVE_TIMEOUT`',
    test: {
      file: 'tests/archive/s3-archive-failing.services.test.ts',
      name: 'a server that never answers is ARCHIVE_TIMEOUT',
    },
  },
  {
    fault: 'an answer of S3 without its checksum',
    outcome: "`ARCHIVE_CORRUPT`, with the object's name",
    test: {
      file: 'tests/archive/s3-archive-failing.services.test.ts',
      name: 'an answer that does not have its checksum is ARCHIVE_CORRUPT and names the object',
    },
  },
  {
    fault: 'S3 that goes away in the middle of a load',
    outcome: '`ARCHIVE_UNAVAILABLE`; the same command completes it',
    test: {
      file: 'tests/ingest/publish/s3-failing.services.test.ts',
      name: 'fails with ARCHIVE_UNAVAILABLE when S3 ${name} in the middle, and comes out whole when run again',
    },
  },
  {
    fault: '`kill -9` in the middle of the PUTs to S3',
    outcome: 'no object, version or row more or less after the next run',
    test: {
      file: 'tests/ingest/runs/killed-load-s3.services.test.ts',
      name: 'in the middle of its PUTs, then run to its end, leaves no object, version or row more or less',
    },
  },
  {
    fault: 'an archive that moved elsewhere than the tables say',
    outcome: 'refused until it is indexed anew',
    test: {
      file: 'tests/ingest/rebuild/copy-archive.services.test.ts',
      name: 'an archive that lies elsewhere than the tables say is refused until it is indexed anew',
    },
  },
  {
    fault: 'a changed prefix',
    outcome: 'refused, by a reindex too, until the archive has been copied there',
    test: {
      file: 'tests/ingest/rebuild/changed-prefix.test.ts',
      name: 'a changed prefix is refused, by a reindex too, until the archive has been copied there',
    },
  },
  {
    fault: 'a process that is killed between two names of one record, and starts with another compression',
    outcome: 'one current object, each history row its own bytes',
    test: {
      file: 'tests/ingest/rebuild/changed-compression.faults.test.ts',
      name: 'comes out whole when it is killed ${point} and begun again with ${next.compression}',
    },
  },
  {
    fault: 'versions of the bucket switched on and suspended',
    outcome: 'every address leads to its own bytes',
    test: {
      file: 'tests/archive/s3-archive-failing.services.test.ts',
      name: 'versions may be switched on, suspended and on again: every address leads to its own bytes, ${how}',
    },
  },
];
