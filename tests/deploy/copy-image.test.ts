import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';

const SCRIPT = join(import.meta.dirname, '../../scripts/image/copy.sh');
const [OURS, OTHER] = [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`];
const FROM = `elsewhere.example/bio-mcp@${OURS}`;
const PLACE = 'registry.example/bio-mcp';

/** Docker over one registry whose tags never move: a file has a line "name digest" for each. */
const DOCKER = `#!/bin/sh
case "$3" in
  inspect)
    for name; do :; done
    [ "$4" = --format ] || { grep -q " \${name##*@}$" "$TAGS"; exit; }
    grep "^$name " "$TAGS" | cut -d' ' -f2 | grep . || exit 1 ;;
  create)
    grep -q "^$6 " "$TAGS" && { echo 'the tag exists' >&2; exit 1; }
    echo "$6 \${7##*@}" >>"$TAGS" ;;
esac
`;

async function copy(tags: readonly string[], name: string) {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-copy-'));
  const file = join(folder, 'tags');
  await writeFile(file, tags.map((line) => `${line}\n`).join(''));
  await writeFile(join(folder, 'docker'), DOCKER);
  await chmod(join(folder, 'docker'), 0o755);
  const env = { PATH: `${folder}${delimiter}${process.env.PATH}`, TAGS: file };
  const { promise, resolve } = Promise.withResolvers<{ code: number; stdout: string; stderr: string }>();
  execFile(SCRIPT, [FROM, name], { env }, (error, stdout, stderr) =>
    resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
  );
  const ended = await promise;
  const left = (await readFile(file, 'utf8')).trim().split('\n');
  await rm(folder, { recursive: true });
  return { ...ended, left };
}

const IMAGE = `${PLACE}@${OURS}\n`;

test('an image that is not there is copied under its tag', async () => {
  const { code, stdout, stderr, left } = await copy([], `${PLACE}:1`);
  assert.deepEqual([code, stdout, left], [0, IMAGE, [`${PLACE}:1 ${OURS}`]], stderr);
});

test('one that has its tag already is left alone', async () => {
  const there = [`${PLACE}:1 ${OURS}`];
  const { code, stdout, stderr, left } = await copy(there, `${PLACE}:1`);
  assert.deepEqual([code, stdout, left], [0, IMAGE, there], stderr);
});

test('one that is there under another tag gets this one too', async () => {
  const there = `${PLACE}:1 ${OURS}`;
  const { code, stdout, stderr, left } = await copy([there], `${PLACE}:2`);
  assert.deepEqual([code, stdout, left], [0, IMAGE, [there, `${PLACE}:2 ${OURS}`]], stderr);
});

test('a tag of another image is named, and nothing is changed', async () => {
  const there = [`${PLACE}:1 ${OTHER}`, `${PLACE}:2 ${OURS}`];
  const { code, stdout, stderr, left } = await copy(there, `${PLACE}:1`);
  assert.deepEqual([code, stdout, left], [1, '', there]);
  assert.equal(stderr, `image-copy: ${PLACE}:1 names another image (${OTHER}): say a tag that is free\n`);
});
