/** What stands at the root, each because somebody looks for it there. */
const AT_ROOT: ReadonlySet<string> = new Set([
  '.dockerignore',
  '.env.example',
  '.gitignore',
  '.node-version',
  '.npmrc',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'Dockerfile',
  'LICENSE',
  'Makefile',
  'NOTICE',
  'README.md',
  'SECURITY.md',
  'biome.json',
  'compose.yaml',
  'knip.jsonc',
  'package-lock.json',
  'package.json',
  'server.json',
  'tsconfig.json',
]);

/** The endings of files in each top folder; '': a program without one. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  '.ci': [''],
  '.github': ['.md', '.yml'],
  bench: ['.ts'],
  bin: ['', '.js'],
  data: ['.gz', '.md'],
  docs: ['.json', '.md', '.png'],
  infra: ['.hcl', '.json', '.md', '.sh', '.tf', '.tftpl', '.yaml'],
  scripts: ['.js', '.md', '.sh', '.toml', '.ts'],
  src: ['.bin', '.css', '.js', '.sql', '.svg', '.ts', '.zst'],
  tests: ['.gz', '.json', '.md', '.pem', '.py', '.ts', '.txt', '.xml'],
};

/** Of paths from the root, those that stand where nothing like them belongs. */
export function findStrays(files: readonly string[]): string[] {
  return files.flatMap((file) => {
    const [top = '', ...inside] = file.split('/');
    if (inside.length === 0) {
      return AT_ROOT.has(file) ? [] : [`${file}: tests/support/rules/stray-files.ts knows no such file`];
    }
    const ending = /\.[^./]+$/.exec(file)?.[0] ?? '';
    return ENDINGS[top]?.includes(ending) ? [] : [`${file}: ${top}/ has no such kind of file`];
  });
}
