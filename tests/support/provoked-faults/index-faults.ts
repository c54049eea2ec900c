import type { ProvokedFault } from './provoked-faults.ts';

export const INDEX_FAULTS: readonly ProvokedFault[] = [
  {
    fault: 'a full disk under LanceDB',
    outcome: 'one sentence; with space again the same command completes it',
    test: {
      file: 'tests/ingest/runs/full-disk.faults.test.ts',
      name: 'under the index ends the load in one sentence; with space again the same command completes it',
    },
  },
  {
    fault: 'a damaged folder of LanceDB',
    outcome: 'one sentence that says what to do',
    test: {
      file: 'tests/search/lancedb-index.test.ts',
      name: 'a damaged folder ends in one sentence that says what to do',
    },
  },
  {
    fault: 'a kill between the end of the indexes of lists of LanceDB and their making anew',
    outcome: 'filters find the same; the next end of a load makes them, or what tidies behind the opening',
    test: {
      file: 'tests/search/lancedb-tidying.test.ts',
      name: 'indexes of lists that a killed tidying left out are owed from the opening on, and made by the next one',
    },
  },
  {
    fault: 'a write that fails before or after it was done',
    outcome: 'undone; the next run ends as an undisturbed one',
    test: {
      file: 'tests/ingest/publish/publish-faults.test.ts',
      name: 'ends as an undisturbed one when it fails ${name}',
    },
  },
  {
    fault: 'what a killed writer left in the index',
    outcome: 'no part of the next commit',
    test: {
      file: 'tests/compose/several-writers.services.test.ts',
      name: 'what a killed writer left in the index is no part of the next commit',
    },
  },
  {
    fault: 'Weaviate refused from the start',
    outcome: '`WEAVIATE_UNAVAILABLE` at once, and used as soon as it is there',
    test: {
      file: 'tests/search/weaviate-failing.services.test.ts',
      name: 'refused from the start it is WEAVIATE_UNAVAILABLE at once, and used as soon as it is there',
    },
  },
  {
    fault: 'Weaviate gone in the middle',
    outcome: '`WEAVIATE_UNAVAILABLE`, and searched again when it is back',
    test: {
      file: 'tests/search/weaviate-failing.services.test.ts',
      name: 'gone in the middle it is WEAVIATE_UNAVAILABLE, and searched again when it is back',
    },
  },
  {
    fault: 'Weaviate that takes a call and stays silent',
    outcome: '`WEAVIATE_TIMEOUT`, and searched again when it speaks',
    test: {
      file: 'tests/search/weaviate-failing.services.test.ts',
      name: 'silent it is WEAVIATE_TIMEOUT, and searched again when it speaks',
    },
  },
  {
    fault: 'Weaviate that takes a write and stays silent',
    outcome: '`WEAVIATE_TIMEOUT` after 30 s; nothing of the write comes later',
    test: {
      file: 'tests/search/weaviate-failing.services.test.ts',
      name: 'a write that it takes and leaves without an answer is given up, and has ended when it rejects',
    },
  },
  {
    fault: 'more searches than Weaviate takes at once (its 429)',
    outcome: 'each is answered in full, or `WEAVIATE_UNAVAILABLE` that says to try again later',
    test: {
      file: 'tests/compose/weaviate-limits.services.test.ts',
      name: 'more searches than it takes at once: each is answered in full, or says to try again later',
    },
  },
  {
    fault: 'a full disk under Weaviate',
    outcome:
      'the load fails retryably and says what to do; with space the same load ends as if nothing had been',
    test: {
      file: 'tests/compose/weaviate-limits.services.test.ts',
      name: 'a full disk: the load fails retryably and says what to do; with space it goes on as if nothing had been',
    },
  },
  {
    fault: 'a part of a write that Weaviate fails',
    outcome: 'no other part is written, and none is under way when the write rejects',
    test: {
      file: 'tests/search/weaviate-failing.services.test.ts',
      name: 'failing in a part of a write it gets no other part, and none is under way when the write rejects',
    },
  },
  {
    fault: 'a key that Weaviate denies',
    outcome: '`WEAVIATE_UNAVAILABLE` that names the key; nothing is written',
    test: {
      file: 'tests/search/weaviate-failing.services.test.ts',
      name: 'denying a request it is WEAVIATE_UNAVAILABLE that names the key, and nothing is written',
    },
  },
  {
    fault: 'Weaviate away in the middle of a load',
    outcome: 'the load fails retryably, and going on ends as if nothing had been',
    test: {
      file: 'tests/compose/weaviate-corpus.services.test.ts',
      name: 'Weaviate away in the middle of a load: it fails retryably, and going on ends as if nothing had been',
    },
  },
  {
    fault: 'a missing collection of Weaviate',
    outcome: '`INDEX_UNAVAILABLE`; a write does not make one',
    test: {
      file: 'tests/search/weaviate-index.services.test.ts',
      name: 'a missing collection is INDEX_UNAVAILABLE, and a write does not make one',
    },
  },
  {
    fault: 'a chunk that LanceDB or Weaviate refuses',
    outcome: 'its record is quarantined, its neighbours are found, and what it was before stays',
    test: {
      file: 'tests/conformance/index-refusals.ts',
      name: 'is quarantined, its neighbours are found, and what it was before stays',
    },
  },
  {
    fault: 'an object that spoils a whole request to Weaviate',
    outcome: 'found by halves and named; the others are there',
    test: {
      file: 'tests/search/weaviate-refusals.services.test.ts',
      name: '${what} is named; the others are there',
    },
  },
  {
    fault: 'an index that refuses every chunk',
    outcome: 'the run fails and quarantines nothing',
    test: {
      file: 'tests/conformance/index-refusals.ts',
      name: 'where it refuses every chunk, the load fails and nothing is quarantined',
    },
  },
];
