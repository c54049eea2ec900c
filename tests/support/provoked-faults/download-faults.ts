import type { ProvokedFault } from './provoked-faults.ts';

export const DOWNLOAD_FAULTS: readonly ProvokedFault[] = [
  {
    fault: 'a connection that breaks again and again',
    outcome: 'goes on where it was, as long as each attempt brings something',
    test: {
      file: 'tests/pubmed/bulk/download.test.ts',
      name: 'goes on through any number of breaks as long as each brings something',
    },
  },
  {
    fault: 'attempts that bring nothing',
    outcome: 'given up after six; the part that came is kept',
    test: {
      file: 'tests/pubmed/bulk/download.test.ts',
      name: 'is given up after six attempts that bring nothing, and its part is kept',
    },
  },
  {
    fault: 'a file that changes between two requests',
    outcome: 'the new file is taken, whole',
    test: {
      file: 'tests/pubmed/bulk/download.test.ts',
      name: 'takes the new file where it changed between two requests: ${how}',
    },
  },
  {
    fault: 'wrong bytes',
    outcome: 'downloaded once more, then an error that names the file',
    test: {
      file: 'tests/pubmed/bulk/download.test.ts',
      name: 'with wrong bytes twice is an error that names the file, and nothing stays',
    },
  },
  {
    fault: 'a web page with status 200',
    outcome: 'taken for no file',
    test: { file: 'tests/pubmed/bulk/download.test.ts', name: 'of a web page with status 200 is no file' },
  },
  {
    fault: 'HTTP 429',
    outcome: 'waits as long as asked, at most ten minutes',
    test: {
      file: 'tests/pubmed/bulk/download.test.ts',
      name: 'waits as long as a 429 asks, and no longer than ten minutes',
    },
  },
  {
    fault: 'a full disk',
    outcome: 'one sentence, and the space is given back',
    test: {
      file: 'tests/pubmed/bulk/download.faults.test.ts',
      name: 'a download onto a full disk says so, and gives back what it took',
    },
  },
  {
    fault: 'an index page that was cut off',
    outcome: 'asked for again, never taken for a shorter folder',
    test: {
      file: 'tests/pubmed/bulk/folder-index.test.ts',
      name: 'is asked for again where it was cut off, and a folder without a slash at its end is found',
    },
  },
  {
    fault: '`kill -9`',
    outcome: 'the next start goes on where it was; the corpus is as if nothing had happened',
    test: {
      file: 'tests/ingest/runs/load-remote-killed.faults.test.ts',
      name: 'a download that is killed goes on where it was, and the corpus is as if nothing had happened',
    },
  },
  {
    fault: 'a fault in the middle of a folder',
    outcome: 'the files before it stay, the one at fault is named, the next run goes on from there',
    test: {
      file: 'tests/ingest/runs/load-remote.test.ts',
      name: 'keeps the files before the fault, names the one at fault, and goes on from there',
    },
  },
  {
    fault: 'a name that leads to a private address, now or later',
    outcome: 'the connection is refused',
    test: {
      file: 'tests/pubmed/bulk/access.test.ts',
      name: 'to a name that changes its answer between two questions reaches no private address',
    },
  },
  {
    fault: 'S3 that breaks off in the middle of a file',
    outcome: 'goes on from there',
    test: {
      file: 'tests/pubmed/bulk/s3-bulk-client.services.test.ts',
      name: 'a download that breaks off in the middle goes on from there',
    },
  },
  {
    fault: 'two loads at once in one data folder',
    outcome: 'each has a folder of its own; both end well',
    test: {
      file: 'tests/ingest/runs/load-remote.test.ts',
      name: 'touches nothing that another load is at: both end well, side by side',
    },
  },
  {
    fault: 'a downloaded file that somebody removes before it is read',
    outcome: 'downloaded again',
    test: {
      file: 'tests/ingest/runs/load-remote.test.ts',
      name: 'fetches a file again that somebody removed before it was read',
    },
  },
  {
    fault: 'a file that vanishes after the listing, or has no md5 yet',
    outcome: 'its job fails by its name; the others are loaded',
    test: {
      file: 'tests/worker/load-from-afar.faults.test.ts',
      name: 'a file that vanishes after the listing, or has no md5 yet, fails alone and by its name',
    },
  },
];
