import { describe } from 'node:test';
import { describeHonestAnswers } from '../conformance/honest-answers.ts';
import { findTestService } from '../support/services/services.ts';
import { makeWeaviateHome } from '../support/services/weaviate-home.ts';

const { skip } = findTestService('TEST_WEAVIATE_URL');

describe('rag.search', { skip }, () => {
  describeHonestAnswers('PostgreSQL and Weaviate', () => makeWeaviateHome());
});
