import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

/** For `--import`: tells each use of what reads the tables of all languages, which takes 9 ms at first. */
const TELL_FORMATS = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  const tell = (name) => writeSync(2, 'formats by ' + name + '\\n');
  for (const name of ['Collator', 'DateTimeFormat', 'DisplayNames', 'NumberFormat', 'PluralRules', 'Segmenter']) {
    Intl[name] = new Proxy(Intl[name], {
      construct(...given) {
        tell(name);
        return Reflect.construct(...given);
      },
    });
  }
  const { toLocaleString } = Number.prototype;
  Number.prototype.toLocaleString = function (...given) {
    tell('toLocaleString');
    return toLocaleString.apply(this, given);
  };
`)}`;

async function run(...words: string[]) {
  const given = ['--import', TELL_FORMATS, ...words];
  return await promisify(execFile)(process.execPath, given, { env: { PATH: process.env.PATH } });
}

test('a start formats nothing for people, which would read the tables of all languages', async () => {
  const { stderr: told } = await run('-e', 'new Intl.NumberFormat("en"); (1).toLocaleString("en")');
  assert.equal(told, 'formats by NumberFormat\nformats by toLocaleString\n');

  const { stdout, stderr } = await run(MAIN, '--version');
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  assert.equal(stderr, '');
});
