import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { orRequired } from '../required.ts';

const JAR = fileURLToPath(import.meta.resolve('vnu-jar/build/dist/vnu.jar'));

interface Finding {
  type: string;
  subType?: string;
  url: string;
  message: string;
  extract?: string;
}

/** Why the checker does not run here; `false` where it does. For a test's `skip`. */
export function whyNoHtmlChecker(): string | false {
  const { status } = spawnSync('java', ['-version']);
  return status === 0
    ? false
    : orRequired('java is not there, and the checker of HTML needs it: install a JRE');
}

/** What W3C's checker finds wrong with pages, told by name; all in one go, since it starts in seconds. */
export async function checkHtml(pages: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-html-'));
  try {
    for (const [name, text] of Object.entries(pages)) await writeFile(join(folder, `${name}.html`), text);
    const words = ['-jar', JAR, '--format', 'json', '--stdout', '--exit-zero-always', folder];
    const { stdout, stderr, status } = spawnSync('java', words, { encoding: 'utf8', maxBuffer: 50_000_000 });
    if (status !== 0) throw new Error(`the checker of HTML ended with ${status}: ${stderr}`);
    const { messages }: { messages: Finding[] } = JSON.parse(stdout);
    return (
      messages
        // The rest are habits, such as a slash at the end of an empty element.
        .filter(({ type, subType }) => type !== 'info' || subType === 'warning')
        .map(({ type, url, message, extract = '' }) => `${url}: ${type}: ${message} ${extract}`)
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
