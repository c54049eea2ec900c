/** Writes the golden files anew: `node tests/citing/write-golden.ts`, then read what changed. */
import { writeFileSync } from 'node:fs';
import { readGolden, toGoldenText, toGoldenUrl } from './golden-citations.ts';

for (const [pmid, golden] of await readGolden()) writeFileSync(toGoldenUrl(pmid), toGoldenText(golden));
