import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { findViolations } from './support/rules/architecture-rules.ts';
import { findStrays } from './support/rules/stray-files.ts';

const ROOT = `${import.meta.dirname}/..`;

test('the project keeps every rule of its architecture', () => {
  const files = globSync('{src,tests,bench,scripts}/**/*.ts', { cwd: ROOT });
  const sources = new Map(files.map((file) => [file, readFileSync(`${ROOT}/${file}`, 'utf8')]));
  assert.ok(sources.has('src/tools/define-tool.ts'));
  assert.deepEqual(findViolations(sources), []);
});

test('no file stands where nobody looks for it', () => {
  // What is new counts, but for what .gitignore names.
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const files = execFileSync('git', listed, { cwd: ROOT, encoding: 'utf8' }).split('\0').slice(0, -1);
  assert.ok(files.includes('package.json'));
  assert.deepEqual(findStrays(files), []);
  assert.deepEqual(findStrays(['b.err', 'src/main.out', 'docs/tools', 'notes/a.md', 'bin/bio-mcp']), [
    'b.err: tests/support/rules/stray-files.ts knows no such file',
    'src/main.out: src/ has no such kind of file',
    'docs/tools: docs/ has no such kind of file',
    'notes/a.md: notes/ has no such kind of file',
  ]);
});

describe('the architecture rules', () => {
  const broken: [rule: string, file: string, text: string][] = [
    ['imports point one way', 'src/domain/a.ts', "import { b } from '../tools/b.ts';"],
    ['imports point one way', 'src/search/a.ts', "import { b } from '../store/b.ts';"],
    ['imports point one way', 'src/http/a.ts', "import { b } from '../cli/b.ts';"],
    ['imports point one way', 'src/ingest/a.ts', "import type { B } from '../tools/b.ts';"],
    [
      'a port imports domain/ and nothing else',
      'src/archive/archive.ts',
      "import { a } from '../errors/a.ts';",
    ],
    [
      'a port imports domain/ and nothing else',
      'src/store/port/a.ts',
      "import type { B } from '../database/b.ts';",
    ],
    [
      'a port of another room is imported as a type',
      'src/ingest/a.ts',
      "import { A } from '../archive/archive.ts';",
    ],
    ['only compose.ts', 'src/tools/a.ts', "import { createFileArchive } from '../archive/file-archive.ts';"],
    ['only compose.ts', 'src/ingest/a.ts', "const a = await import('../embedding/onnx-embedder.ts');"],
    ['only main.ts and compose.ts see', 'src/store/a.ts', "import { Config } from '../config/config.ts';"],
    ['pg lives in store only', 'src/archive/a.ts', "import pg from 'pg';"],
    [
      'apache-arrow lives in search only',
      'src/ingest/a.ts',
      "import {\n  tableToIPC,\n} from 'apache-arrow';",
    ],
    ['a package has a room', 'src/store/a.ts', "import { x } from 'left-pad';"],
    ['domain/ and errors/ do no I/O', 'src/domain/a.ts', "import { readFile } from 'node:fs/promises';"],
    ['no barrel files', 'src/search/a.ts', "export { b } from './b.ts';"],
    ['no barrel files', 'src/search/index.ts', ''],
    ['only config/ reads process.env', 'src/store/a.ts', 'const url = process.env.URL;'],
    ['a command has nothing of the process', 'src/cli/commands/a.ts', 'openPage(process.platform);'],
    ['no file is longer than 500 lines', 'tests/a.test.ts', '\n'.repeat(501)],
    ['no comment is wider than 110 columns', 'src/store/a.ts', `// ${'word '.repeat(30)}`],
    [
      'a test of real servers ends in',
      'tests/a/b.test.ts',
      "import { c } from '../support/services/s3-buckets.ts';",
    ],
    ['a test of full disks', 'tests/a/b.test.ts', "import { c } from '../support/disk/tiny-disk.ts';"],
    ["a test's tier is", 'tests/a/b.slow.test.ts', ''],
    ['a test has to pass', 'tests/a/b.test.ts', ['test(a, { todo', ': true })'].join('')],
    ['a name says what is inside', 'src/store/sql-utils.ts', ''],
    ['a name says what is inside', 'tests/helpers/a.ts', ''],
    ['files are kebab-case', 'src/store/sqlStore.ts', ''],
    ['exports are named', 'src/store/a.ts', 'export default function a() {}'],
    ['no I-prefixed names', 'src/store/a.ts', 'interface IStore {}'],
  ];
  for (const [rule, file, text] of broken) {
    test(`"${rule}" fails on ${file}: ${text.trim().slice(0, 60)}`, () => {
      const violations = findViolations(new Map([[file, text]]));
      assert.equal(violations.length, 1);
      assert.ok(violations[0]?.startsWith(`${file}: ${rule}`), violations[0]);
    });
  }

  test('a circle of value imports fails', () => {
    const circle = new Map([
      ['src/search/a.ts', "import { b } from './b.ts';"],
      ['src/search/b.ts', "import { a } from './a.ts';"],
    ]);
    assert.deepEqual(findViolations(circle), [
      'src/search/a.ts: imports form no circle (src/search/a.ts → src/search/b.ts → src/search/a.ts)',
    ]);
  });

  test('a crowded room fails', () => {
    const room = Array.from({ length: 31 }, (_, at) => [`src/store/a${at}.ts`, ''] as const);
    assert.deepEqual(findViolations(new Map(room)), ['src/store: no room has more than 30 files (31)']);
    assert.deepEqual(findViolations(new Map(room.slice(1))), []);
    const support = Array.from({ length: 31 }, (_, at) => [`tests/support/a${at}.ts`, ''] as const);
    assert.deepEqual(findViolations(new Map(support)), [
      'tests/support: no room has more than 30 files (31)',
    ]);
  });

  test('what is allowed passes', () => {
    const allowed = new Map([
      [
        'src/ingest/a.ts',
        "import { type Archive, type X } from '../archive/archive.ts';\nimport { z } from 'zod';",
      ],
      ['src/compose.ts', "import { createFileArchive } from './archive/file-archive.ts';"],
      ['src/search/search-corpus.ts', "import type { Embedder } from '../embedding/embedder.ts';"],
    ]);
    assert.deepEqual(findViolations(allowed), []);
  });
});
