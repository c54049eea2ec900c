/** Writes the golden files anew: `node tests/citing/write-golden.ts`, then read what changed. */
import { writeFileSync } from 'node:fs';
import { GOLDEN, readCitations, toGoldenText, toGoldenUrl } from './golden-citations.ts';

for (const citation of await readCitations()) {
  if (Object.hasOwn(GOLDEN, citation.pmid)) writeFileSync(toGoldenUrl(citation.pmid), toGoldenText(citation));
}
