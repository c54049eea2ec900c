import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { toCanonicalJson } from '../../src/domain/canonical-json.ts';
import { parseRecord } from '../../src/pubmed/records/parse-record.ts';
import { AWKWARD_XML, splitRecords } from './records.ts';

/*
 * Each golden was read by a person's eye against its XML. After a change that is meant, write them anew with
 * `node --test --test-update-snapshots tests/pubmed/golden.test.ts`, and read the difference before
 * committing it.
 */
const GOLDEN = new URL('../fixtures/pubmed/golden/', import.meta.url);

describe('awkward records', () => {
  const citations = splitRecords(AWKWARD_XML).map(({ bytes }) => parseRecord(bytes));
  const fileNames = citations.map(({ pmid, version }) => `${pmid}.v${version}.json`);

  test('each has one golden file and no golden file is left over', () => {
    assert.equal(new Set(fileNames).size, 63);
    assert.deepEqual(readdirSync(GOLDEN).toSorted(), fileNames.toSorted());
  });

  for (const [at, citation] of citations.entries()) {
    const fileName = fileNames[at] ?? '';
    test(`${fileName} holds what its XML says`, (t) => {
      const serializers = [(value: unknown) => `${JSON.stringify(value, null, 2)}\n`];
      t.assert.fileSnapshot(citation, fileURLToPath(new URL(fileName, GOLDEN)), { serializers });
    });
    test(`${fileName} is made with its names in canonical order`, () => {
      assert.equal(JSON.stringify(citation), toCanonicalJson(citation));
    });
  }
});
