/**
 * `node tests/golden/write-golden.ts` writes tests/golden/tools/ anew from what HTTP answers. Read the diff.
 */
import { writeGolden } from './golden-files.ts';
import { playStory } from './play.ts';
import { openHttp } from './surfaces.ts';

writeGolden(await playStory(openHttp));
