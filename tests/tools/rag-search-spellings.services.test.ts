import { describe } from 'node:test';
import { describeOneName } from '../conformance/one-name.ts';
import { findTestService } from '../support/services/services.ts';
import { makeWeaviateHome } from '../support/services/weaviate-home.ts';

const { skip } = findTestService('TEST_WEAVIATE_URL');

describe('rag.search', { skip }, () => {
  describeOneName('PostgreSQL and Weaviate', () => makeWeaviateHome());
});
