import type { ProvokedFault } from './provoked-faults.ts';

export const READ_FAULTS: readonly ProvokedFault[] = [
  {
    fault: 'a gzip file that ends early',
    outcome: 'what came before stays; the whole file completes it without a duplicate',
    test: {
      file: 'tests/ingest/sources/faulty-sources.test.ts',
      name: 'a gzip file that was cut off; the whole file completes the work without a duplicate',
    },
  },
  {
    fault: 'XML that ends inside a record',
    outcome: 'the last complete record is named, and everything up to it stays',
    test: {
      file: 'tests/ingest/sources/faulty-sources.test.ts',
      name: 'XML that was cut in the middle of a record names the last complete one',
    },
  },
  {
    fault: 'a faulty file among several',
    outcome: 'the files before it are loaded, those after it are not',
    test: {
      file: 'tests/ingest/sources/faulty-sources.test.ts',
      name: 'files before a faulty one are loaded, files after it are not',
    },
  },
  {
    fault: 'a wrong md5',
    outcome: 'nothing of the file is loaded',
    test: {
      file: 'tests/ingest/sources/faulty-sources.test.ts',
      name: "a wrong md5 loads nothing; NLM's form and md5sum's are both understood",
    },
  },
  {
    fault: 'a record without an end',
    outcome: 'refused at the limit of one record',
    test: {
      file: 'tests/pubmed/record-splitter-faults.test.ts',
      name: 'with an endless record is refused at the limit',
    },
  },
  {
    fault: 'bytes that are no set of records',
    outcome: 'named by their kind; every record in front of the fault comes first',
    test: {
      file: 'tests/pubmed/record-splitter-faults.test.ts',
      name: 'gives every record in front of the fault first',
    },
  },
  {
    fault: "a caller's path that leads out of the allowed folder",
    outcome: 'refused before anything is read',
    test: {
      file: 'tests/ingest/sources/source-rules.test.ts',
      name: 'may not lead out by a link inside a folder that is loaded',
    },
  },
];
