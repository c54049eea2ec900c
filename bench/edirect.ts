import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { BENCH_FOLDER } from './sample-file.ts';

/**
 * NCBI's own command-line client, its archive steps alone: normalise, split, gzip, one file a record. `null`
 * where Debian's `ncbi-entrez-direct` is not installed.
 */
export async function measureEdirect(file: string, count: number) {
  if (spawnSync('transmute', ['-version']).error !== undefined) return null;
  const folder = await mkdtemp(join(BENCH_FOLDER, 'edirect-'));
  // As Debian's `archive-pubmed` calls them.
  const script = `set -e
mkdir -p '${folder}/archive' '${folder}/index' '${folder}/invert'
gunzip -c '${file}' | transmute -strict -normalize pubmed |
  transmute -compress -strict -wrp PubmedArticleSet -pattern "PubmedArticleSet/*" -format flush > '${folder}/records.xml'
rchive -gzip -db pubmed -input '${folder}/records.xml' \
  -archive '${folder}/archive' '${folder}/index' '${folder}/invert' \
  -index MedlineCitation/PMID^Version -pattern PubmedArticle < /dev/null`;
  const startedAt = performance.now();
  const child = spawn('bash', ['-c', `time ( ${script} )`], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => {
    errors += text.toString();
  });
  const exitCode = await new Promise((resolve) => child.once('exit', resolve));
  const seconds = (performance.now() - startedAt) / 1000;
  const stored = spawnSync('bash', ['-c', `find '${folder}/archive' -type f | wc -l`], { encoding: 'utf8' });
  if (exitCode !== 0 || Number(stored.stdout) < count) {
    throw new Error(`EDirect stored ${stored.stdout.trim()} of ${count} records: ${errors}`);
  }
  return { folder, seconds, cpuSeconds: readTime(errors, 'user') + readTime(errors, 'sys') };
}

function readTime(output: string, kind: string): number {
  const [, minutes, seconds] = new RegExp(`${kind}\\s+(\\d+)m([\\d.]+)s`).exec(output) ?? [];
  return Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
}
