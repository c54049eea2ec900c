import { describeHonestAnswers } from '../conformance/honest-answers.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';

describeHonestAnswers('PGlite and LanceDB', () => makeTestHome({ engine: 'PGlite' }));
