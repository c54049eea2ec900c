import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Component, completeSbom, findForbidden } from '../../scripts/sbom/licences.ts';

const own: Component = { name: 'folder', version: '1.2.3' };
const toSbom = (...components: Component[]) => ({ metadata: { component: own }, components });
const under = (expression: string) => toSbom({ name: 'a', version: '1.0.0', licenses: [{ expression }] });

describe('the licences of what comes with the package', () => {
  for (const expression of ['MIT', '(MIT OR GPL-3.0-only)', 'GPL-2.0 OR (ISC AND 0BSD)', '((MIT))']) {
    test(`${expression} is allowed`, () => assert.deepEqual(findForbidden(under(expression)), []));
  }

  const refused = ['GPL-3.0-only', 'MIT AND LGPL-3.0-or-later', '(MIT OR', 'MIT MIT', 'MIT)', '', 'mit'];
  for (const expression of refused) {
    test(`"${expression}" is not`, () =>
      assert.deepEqual(findForbidden(under(expression)), [`a@1.0.0 comes under (${expression}).`]));
  }

  test('a package without one is told, unless it was read elsewhere', () => {
    const sbom = completeSbom(
      toSbom(
        { name: 'a', version: '1.0.0', licenses: [] },
        { name: 'json-bignum', version: '0.0.3' },
        { name: 'b', version: '2.0.0', licenses: [{ license: { name: 'see LICENSE' } }] },
      ),
      'bio-mcp',
    );
    assert.deepEqual(findForbidden(sbom), ['a@1.0.0 names no licence.', 'b@2.0.0 comes under see LICENSE.']);
    assert.deepEqual(sbom.metadata.component, { ...own, name: 'bio-mcp' });
  });

  test('of this release are all allowed', () => {
    const script = join(import.meta.dirname, '../../scripts/sbom.ts');
    const told = execFileSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    assert.match(told, /^\d{2,3} packages come with bio-mcp, each under a licence that is allowed\n$/);
  });
});
