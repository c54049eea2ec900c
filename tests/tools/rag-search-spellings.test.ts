import { describeOneName } from '../conformance/one-name.ts';
import { makeTestHome } from '../support/test-corpus.ts';

describeOneName('PGlite and LanceDB', () => makeTestHome({ engine: 'PGlite' }));
