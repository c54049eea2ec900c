import { describeHonestAnswers } from '../conformance/honest-answers.ts';
import { makeTestHome } from '../support/test-corpus.ts';

describeHonestAnswers('PGlite and LanceDB', () => makeTestHome({ engine: 'PGlite' }));
