import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeScan, type Scan } from '../../scripts/image/judge-scan.ts';
import { findNotes, toPage } from '../../scripts/release/notes.ts';

function scanOf(severity: string, fixed: string | null): Scan {
  const events = [{ introduced: '0' }, ...(fixed === null ? [] : [{ fixed }])];
  const vulnerability = { id: 'CVE-1', affected: [{ package: { name: 'zlib' }, ranges: [{ events }] }] };
  const groups = [{ ids: ['CVE-1'], max_severity: severity }];
  const found = { package: { name: 'zlib', version: '1.2' }, vulnerabilities: [vulnerability], groups };
  return { results: [{ packages: [found] }] };
}

test('the scan of an image refuses what is high and mended elsewhere, and counts the rest', () => {
  assert.deepEqual(judgeScan(scanOf('9.8', '1.3')), {
    refused: ['zlib 1.2: CVE-1 (9.8), mended in 1.3'],
    known: 0,
  });
  for (const [severity, fixed] of [
    ['9.8', null],
    ['6.9', '1.3'],
    ['', '1.3'],
  ] as const)
    assert.deepEqual(judgeScan(scanOf(severity, fixed)), { refused: [], known: 1 });
});

test('the notes of a release are its section of the changelog', () => {
  const changelog =
    '# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-12-01\n\n### Added\n\n- One\n\n## [1.1.0]\n\n- Old\n';
  assert.equal(findNotes(changelog, '1.2.0'), '### Added\n\n- One');
  assert.equal(findNotes(changelog, '1.1.0'), '- Old');
  assert.equal(findNotes(changelog, '1.3.0'), null);
  assert.equal(findNotes('## [1.3.0]\n\n', '1.3.0'), null);
});

test('on the page of a release links lead to the files of its tag, and an entry is one line', () => {
  const notes =
    '### Added\n\n- [MCP](docs/mcp.md#tools),\n  [form](https://keepachangelog.com)\n- [here](#x)\n  - deep\n\n1. One\n   two';
  const files = 'https://github.com/OWNER/bio-mcp/blob/v1.2.0';
  assert.equal(
    toPage(notes, files),
    `### Added\n\n- [MCP](${files}/docs/mcp.md#tools), [form](https://keepachangelog.com)\n- [here](#x)\n  - deep\n\n1. One two`,
  );
});
