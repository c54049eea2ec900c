import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import { toEnglishStem } from '../../src/search/words/english-stem.ts';
import { toIndexWords } from '../../src/search/words/index-words.ts';

const SAMPLE = new URL('../../data/sample-1000.xml.gz', import.meta.url);

describe('English stems', () => {
  test('every word of a thousand records has the stem that PostgreSQL gives it', async () => {
    const text = gunzipSync(await readFile(SAMPLE)).toString('utf8');
    const words = [...new Set(text.toLowerCase().match(/[a-z]+/g))];
    await using database = await PGlite.create();
    await database.exec('create text search dictionary plain (template = snowball, language = english)');
    const { rows } = await database.query<{ word: string; stem: string }>(
      `select word, (ts_lexize('plain', word))[1] as stem from unnest($1::text[]) word`,
      [words],
    );

    const different = rows.filter(({ word, stem }) => toEnglishStem(word) !== stem);

    assert.ok(rows.length > 10_000);
    assert.deepEqual(different, []);
  });

  test('words with other signs than a–z stay as they are', () => {
    assert.deepEqual(['il6', 'α', 'ab', ''].map(toEnglishStem), ['il6', 'α', 'ab', '']);
  });
});

describe('words of the index', () => {
  test('are in lower case, without accents and signs, by their stem', () => {
    assert.deepEqual(toIndexWords('Naïve T-cells: β-catenin, IL-6 (BRCA1)'), [
      'naiv',
      't',
      'cell',
      'β',
      'catenin',
      'il',
      '6',
      'brca1',
    ]);
    assert.deepEqual(toIndexWords('Straße, Łódź, H₂O, ﬁnding'), ['strass', 'lodz', 'h2o', 'find']);
    assert.deepEqual(toIndexWords(' — \u0301'), []);
  });
});
