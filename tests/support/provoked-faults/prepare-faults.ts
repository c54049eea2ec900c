import type { ProvokedFault } from './provoked-faults.ts';

export const PREPARE_FAULTS: readonly ProvokedFault[] = [
  {
    fault: 'a record that cannot be read',
    outcome: 'archived, quarantined and named; its neighbours come in',
    test: {
      file: 'tests/ingest/sources/faulty-sources.test.ts',
      name: 'with what no XML may hold: the PMID and the reason are told, and a mended one comes in',
    },
  },
  {
    fault: 'a record without a PMID',
    outcome: 'archived by its hash and quarantined',
    test: {
      file: 'tests/ingest/sources/faulty-sources.test.ts',
      name: 'without a PMID: archived by its hash, counted, skipped when it comes again',
    },
  },
  {
    fault: 'a record whose reading takes all memory of a thread',
    outcome: 'archived and quarantined; its neighbours come in, the document that was there stays',
    test: {
      file: 'tests/ingest/prepare/thread-death.test.ts',
      name: 'is archived and quarantined, its neighbours come in, and the document that was there stays',
    },
  },
  {
    fault: 'a record whose reading ends a thread in another way',
    outcome: 'found by halves and a second try alone; the others are read',
    test: {
      file: 'tests/ingest/prepare/thread-death.test.ts',
      name: 'is found by halves where it ${how}; the others are read',
    },
  },
  {
    fault: 'ingest threads that cannot start',
    outcome: 'the run fails with the reason and quarantines nothing',
    test: {
      file: 'tests/ingest/prepare/thread-death.test.ts',
      name: 'since they cannot start: the failure is thrown, and none counts as unreadable',
    },
  },
  {
    fault: 'an update that cannot be read',
    outcome: 'the document that was there stays',
    test: {
      file: 'tests/ingest/sources/faulty-sources.test.ts',
      name: 'an unreadable update leaves the document that was there',
    },
  },
  {
    fault: 'an embedding service that refuses the key or the model',
    outcome: '`EMBEDDINGS_UNAVAILABLE` with what to do; the key is never told',
    test: {
      file: 'tests/embedding/openai-embedder.test.ts',
      name: 'what does not pass is unavailable, with a hint for its kind, and never tells the key',
    },
  },
  {
    fault: 'an embedding service that is silent',
    outcome: '`EMBEDDINGS_TIMEOUT`',
    test: { file: 'tests/embedding/openai-embedder.test.ts', name: 'a service that is silent has timed out' },
  },
  {
    fault: 'an embedding service that asks to slow down',
    outcome: 'waited for as long as it asks',
    test: {
      file: 'tests/embedding/openai-embedder.test.ts',
      name: 'repeats what may pass, after the wait that the service asks for',
    },
  },
  {
    fault: 'damaged weights of a local model',
    outcome: 'refused at the start, with the folder and the file',
    test: {
      file: 'tests/embedding/onnx-embedder.services.test.ts',
      name: 'names the folder and the file when the weights are damaged',
    },
  },
  {
    fault: 'a passage that the embedding service refuses',
    outcome: 'its record is quarantined, its neighbours come in, and `corpus.reindex` tries it again',
    test: {
      file: 'tests/ingest/quarantine.test.ts',
      name: 'is quarantined by a load, which succeeds; its neighbours are found, and a reindex brings it in',
    },
  },
  {
    fault: 'an update that the embedding service refuses',
    outcome: 'the document that was there stays; a reindex makes the next revision of it',
    test: {
      file: 'tests/ingest/quarantine.test.ts',
      name: 'leaves the document of an earlier revision, and a reindex makes the next revision of it',
    },
  },
  {
    fault: 'a vector of another size, with gaps, of NaN, or none',
    outcome: 'the passage counts as refused, the others get their vectors',
    test: {
      file: 'tests/ingest/prepare/embed-passages.test.ts',
      name: '${what} for one text leaves the others their vectors',
    },
  },
  {
    fault: 'a passage on which a local model ends with an error',
    outcome: 'the passage counts as refused, the others get their vectors',
    test: {
      file: 'tests/ingest/prepare/embed-passages.services.test.ts',
      name: 'a passage on which a local model ends with an error leaves the others their vectors',
    },
  },
  {
    fault: 'an embedding service that refuses every passage',
    outcome: 'the run fails and quarantines nothing; the same command completes it later',
    test: {
      file: 'tests/ingest/quarantine.test.ts',
      name: 'fails the load and quarantines nothing; the same command completes it later',
    },
  },
];
