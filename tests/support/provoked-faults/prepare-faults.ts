import type { ProvokedFault } from './provoked-faults.ts';

export const PREPARE_FAULTS: readonly ProvokedFault[] = [
  {
    fault: 'a record that cannot be read',
    outcome: 'archived, quarantined and named; its neighbours come in',
    test: {
      file: 'tests/ingest/faulty-sources.test.ts',
      name: 'with ${what}: its PMID and the reason are told',
    },
  },
  {
    fault: 'a record without a PMID',
    outcome: 'archived by its hash and quarantined',
    test: {
      file: 'tests/ingest/faulty-sources.test.ts',
      name: 'without a PMID: archived by its hash, counted, skipped when it comes again',
    },
  },
  {
    fault: 'an update that cannot be read',
    outcome: 'the document that was there stays',
    test: {
      file: 'tests/ingest/faulty-sources.test.ts',
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
];
