import { describe } from 'node:test';
import { describeFoundByName } from '../conformance/found-by-name.ts';
import { findTestService } from '../support/services/services.ts';
import { makeWeaviateHome } from '../support/services/weaviate-home.ts';

const { skip } = findTestService('TEST_WEAVIATE_URL');

describe('rag.search', { skip }, () => {
  describeFoundByName('PostgreSQL and Weaviate', () => makeWeaviateHome());
});
