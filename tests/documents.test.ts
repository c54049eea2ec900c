import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { listSettings } from '../src/config/settings.ts';
import { TOOLS } from '../src/tools/tools.ts';

const ROOT = join(import.meta.dirname, '..');
const documents = globSync('{*.md,{docs,data,scripts,bench,tests}/**/*.md}', { cwd: ROOT });
const makefile = readFileSync(join(ROOT, 'Makefile'), 'utf8');
const targets = [...makefile.matchAll(/^([a-z][a-z-]*):/gm)].map(([, name]) => name);
const files = globSync('{src,tests,scripts,bench,docs,data,bin,infra}/**/*', { cwd: ROOT }).map(
  (file) => `/${file}`,
);
/** As we call them, and as MCP lists them. */
const tools = new Set(TOOLS.flatMap(({ name }) => [name, name.replaceAll('.', '_')]));
const settings = new Set(listSettings(TOOLS).map(({ name }) => name));

for (const document of documents) {
  describe(document, () => {
    const text = readFileSync(join(ROOT, document), 'utf8');
    const isOld = document === 'CHANGELOG.md' || document.startsWith('docs/decisions/'); // as it was then

    test('links to files that are there', () => {
      for (const [, link = ''] of text.matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)/g)) {
        assert.ok(existsSync(join(ROOT, dirname(document), decodeURI(link))), `${link} is not there`);
      }
    });

    test('names files and folders that there are', () => {
      for (const [, name] of text.matchAll(/`(\w[\w./-]*\.(?:ts|sql|sh))`/g)) {
        assert.ok(isOld || files.some((file) => file.endsWith(`/${name}`)), `${name} is not there`);
      }
      for (const [, name] of text.matchAll(/`((?:src|tests|scripts|bench|docs)\/[\w./-]*)\/`/g)) {
        assert.ok(isOld || files.includes(`/${name}`), `${name}/ is not there`);
      }
    });

    test('names targets that make has', () => {
      for (const [, target] of text.matchAll(/(?:`|^)make ([a-z][a-z-]*)/gm)) {
        assert.ok(targets.includes(target), `make ${target} is no target`);
      }
    });

    test('calls tools that there are', () => {
      for (const [, name = ''] of text.matchAll(/"tool": ?"([^"]*)"/g)) {
        assert.ok(isOld || tools.has(name), `${name} is no tool`);
      }
    });

    test('names settings that there are', () => {
      for (const [name] of text.matchAll(/\bBIO_MCP_[A-Z][A-Z_]*[A-Z]\b/g)) {
        assert.ok(settings.has(name), `${name} is no setting`);
      }
    });
  });
}

test('no two decisions have one number', () => {
  const numbers = readdirSync(join(ROOT, 'docs/decisions')).map((name) => name.slice(0, 4));
  assert.deepEqual(numbers, [...new Set(numbers)]);
});

test('the README names every tool', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const named = [...readme.matchAll(/`([a-z][a-z.]*(?:\.\*)?)`/g)].map(([, name = '']) => name);
  const isNamed = (tool: string) =>
    named.includes(tool) || named.includes(`${tool.slice(0, tool.lastIndexOf('.'))}.*`);
  const missing = TOOLS.map(({ name }) => name).filter((name) => !isNamed(name));
  assert.deepEqual(missing, []);
});

test('the architecture page names every room', () => {
  const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  const rooms = readdirSync(join(ROOT, 'src'), { withFileTypes: true, recursive: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const missing = rooms.filter(({ name }) => !page.includes(`${name}/`)).map(({ name }) => name);
  assert.deepEqual(missing, []);
});

test('the Makefile declares each of its targets as a name, not a file', () => {
  const declared = [...makefile.matchAll(/^\.PHONY: (.+)$/gm)].flatMap(([, names = '']) => names.split(' '));
  assert.deepEqual(declared.sort(), targets.sort());
});
