import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { describeBundled, listPackageFolders } from '../../scripts/package/bundled-licences.ts';
import {
  isPacked,
  type Lock,
  listInstalled,
  toPackedManifest,
  toShrinkwrap,
} from '../../scripts/package/packed-manifest.ts';
import { makeTestFolder } from '../archive/sealed-record.ts';

const manifest = {
  name: 'one',
  files: ['dist'],
  scripts: { prepack: 'make it' },
  overrides: { '@lancedb/lancedb': { openai: 'npm:nothing' } },
  dependencies: { piscina: '5.0.0', '@lancedb/lancedb': '0.1.0', zod: '4.0.0' },
  peerDependencies: { openai: '7.0.0' },
  devDependencies: { typescript: '7.0.0' },
};
const lock: Lock & { lockfileVersion: number } = {
  lockfileVersion: 3,
  packages: {
    '': { dependencies: manifest.dependencies },
    'node_modules/piscina': { version: '5.0.0', dependencies: { nice: '^1.0.0' } },
    'node_modules/nice': { version: '2.0.0' },
    'node_modules/piscina/node_modules/nice': { version: '1.0.1', dependencies: { below: '1' } },
    'node_modules/below': { version: '1.0.0' },
    'node_modules/zod': { version: '4.0.0' },
    'node_modules/@lancedb/lancedb': {
      version: '0.1.0',
      dependencies: { 'reflect-metadata': '1' },
      optionalDependencies: { '@lancedb/lancedb-linux-x64-gnu': '0.1.0', openai: '4.0.0' },
    },
    'node_modules/@lancedb/lancedb-linux-x64-gnu': { version: '0.1.0', optional: true },
    'node_modules/openai': { version: '4.0.0' },
  },
};

describe('package.json of the npm package', () => {
  test('names what is installed beside the bundle, and as development packages what is in it', () => {
    const packed = toPackedManifest(manifest, lock);
    assert.deepEqual(packed, {
      name: 'one',
      files: ['dist'],
      dependencies: { piscina: '5.0.0' },
      optionalDependencies: { '@lancedb/lancedb-linux-x64-gnu': '0.1.0' },
      peerDependencies: { openai: '7.0.0' },
      devDependencies: { '@lancedb/lancedb': '0.1.0', zod: '4.0.0' },
    });
    assert.deepEqual(listInstalled(packed), ['piscina', '@lancedb/lancedb-linux-x64-gnu', 'openai']);
  });

  test("is told from a checkout's own", () => {
    assert.deepEqual([manifest, toPackedManifest(manifest, lock)].map(isPacked), [false, true]);
  });

  test('is not made where native libraries would be missing', () => {
    const { 'node_modules/@lancedb/lancedb': _, ...packages } = lock.packages;
    assert.throws(() => toPackedManifest(manifest, { ...lock, packages }), /no native libraries/);
  });

  test('has a shrinkwrap of all that it needs, the nearest of each name, and no more', () => {
    const { packages } = toShrinkwrap(lock, toPackedManifest(manifest, lock));
    assert.deepEqual(Object.keys(packages).sort(), [
      '',
      'node_modules/@lancedb/lancedb-linux-x64-gnu',
      'node_modules/below',
      'node_modules/piscina',
      'node_modules/piscina/node_modules/nice',
    ]);
    assert.deepEqual(packages[''], {
      dependencies: { piscina: '5.0.0' },
      optionalDependencies: { '@lancedb/lancedb-linux-x64-gnu': '0.1.0' },
    });
    const { 'node_modules/below': __, ...cut } = lock.packages;
    assert.throws(() => toShrinkwrap({ ...lock, packages: cut }, manifest), /lacks below/);
  });
});

describe('the licences of what is bundled', () => {
  test('are told with their texts, those of a package in a package too', async () => {
    await using folder = await makeTestFolder();
    const write = async (name: string, about: object, text?: string) => {
      await mkdir(join(folder.path, name), { recursive: true });
      await writeFile(join(folder.path, name, 'package.json'), JSON.stringify(about));
      if (text !== undefined) await writeFile(join(folder.path, name, 'LICENSE.md'), text);
    };
    await write('node_modules/a', { name: 'a', version: '1.0.0', license: 'MIT' }, 'Of both.');
    await write(
      'node_modules/a/node_modules/@b/c',
      { name: '@b/c', version: '2.0.0', license: 'ISC' },
      'Of both.',
    );
    await write('node_modules/d', { name: 'd', version: '3.0.0', license: 'MIT', author: 'Dee' });
    await write('node_modules/e', { name: 'e', version: '4.0.0', license: 'GPL-3.0-only' }, 'Share alike.');
    await write('node_modules/f', { name: 'f', version: '5.0.0', license: 'BSD-3-Clause' });
    const folders = listPackageFolders([
      'src/main.ts',
      'node_modules/d/index.js',
      'node_modules/a/lib/one.js',
      'node_modules/a/lib/two.js',
      'node_modules/a/node_modules/@b/c/index.js',
    ]);
    assert.deepEqual(folders, ['node_modules/a', 'node_modules/a/node_modules/@b/c', 'node_modules/d']);
    const told = describeBundled(folder.path, folders);
    assert.match(told, /^a 1\.0\.0 \(MIT\)\n@b\/c 2\.0\.0 \(ISC\)\n\nOf both\.$/m);
    assert.match(
      told,
      /^d 3\.0\.0 \(MIT\)\n\nCopyright \(c\) Dee\n\nThe MIT License\n\nPermission is hereby/m,
    );
    assert.throws(
      () => describeBundled(folder.path, ['node_modules/e']),
      /e@4\.0\.0 comes under \(GPL-3\.0-only\)/,
    );
    assert.throws(() => describeBundled(folder.path, ['node_modules/f']), /f brings no text of its licence/);
  });
});
