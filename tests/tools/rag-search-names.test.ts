import { describeFoundByName } from '../conformance/found-by-name.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';

describeFoundByName('PGlite and LanceDB', () => makeTestHome({ engine: 'PGlite' }));
