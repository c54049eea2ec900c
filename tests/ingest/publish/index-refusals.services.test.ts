import { STATIC_DIMENSIONS } from '../../../src/embedding/static-vectors.ts';
import { openWeaviateIndex } from '../../../src/search/weaviate/weaviate-index.ts';
import { describeIndexRefusals } from '../../conformance/index-refusals.ts';
import { findTestService } from '../../support/services/services.ts';
import { openTestCollection, toTestServer } from '../../support/services/weaviate.ts';

const { url, skip } = findTestService('TEST_WEAVIATE_URL');

describeIndexRefusals(
  'Weaviate',
  async () => {
    const { connection, name, ...own } = await openTestCollection(toTestServer(url));
    const index = openWeaviateIndex({ connection, collection: name, dimensions: STATIC_DIMENSIONS });
    return {
      index,
      async [Symbol.asyncDispose]() {
        await index[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      },
    };
  },
  {
    // Weaviate takes whole numbers alone for this property.
    spoil(batch, isPoison) {
      const chunks = batch.chunks.map((chunk) =>
        isPoison(chunk) ? { ...chunk, facts: { ...chunk.facts, publishedFrom: 0.5 } } : chunk,
      );
      return { ...batch, chunks };
    },
    skip,
  },
);
