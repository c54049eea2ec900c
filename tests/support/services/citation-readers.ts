import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { orRequired } from '../required.ts';
import { findTestService, type TestService } from './services.ts';

/** Readers of citations that `make services` brings, each a program of the folder's `bin/`. */
type Reader = 'python' | 'pandoc' | 'bibtex' | 'pdflatex';

/** The program's path in `url`, or the reason to skip the tests that need it. */
export function findCitationReader(reader: Reader): TestService {
  const { url: folder, skip } = findTestService('TEST_CITATION_READERS');
  if (skip !== false) return { url: '', skip };
  const program = join(folder, 'bin', reader);
  if (existsSync(program)) return { url: program, skip: false };
  return { url: '', skip: orRequired(`there is no ${reader} in ${folder}: run \`make services\` again`) };
}
