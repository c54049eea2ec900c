import { describeOneName } from '../conformance/one-name.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';

describeOneName('PGlite and LanceDB', () => makeTestHome({ engine: 'PGlite' }));
