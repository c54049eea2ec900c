import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { openLanceDbIndex } from '../../src/search/lancedb/lancedb-index.ts';

const SECTOR = 512;
/** Where the file says of itself where its parts are: without it nothing is read at all. */
const FOOTER = 16;

test('a table whose newest description lost any part of itself opens, or is named as damaged with its remedy', async (t) => {
  const work = mkdtempSync(join(tmpdir(), 'bio-mcp-torn-'));
  t.after(() => rmSync(work, { recursive: true }));
  const whole = join(work, 'whole');
  // As a table of many rows has it: with all of its indexes.
  await (await openLanceDbIndex({ folder: whole, dimensions: 4, filterIndexRows: 0 }))[Symbol.asyncDispose]();
  const versions = join('chunks.lance', '_versions');
  // Named by numbers that count down, so the newest comes first.
  const [newest = ''] = readdirSync(join(whole, versions)).sort();
  const bytes = readFileSync(join(whole, versions, newest));
  const end = bytes.length - FOOTER;
  for (let from = 0; from < end; from += SECTOR) {
    for (const to of [Math.min(from + SECTOR, end), end]) {
      const folder = join(work, `${from}-${to}`);
      cpSync(whole, folder, { recursive: true });
      writeFileSync(join(folder, versions, newest), Buffer.from(bytes).fill(0, from, to));
      const opened = await openLanceDbIndex({ folder, dimensions: 4 }).catch((error: unknown) => error);
      if (opened instanceof Error) {
        assert.ok(opened instanceof BioMcpError, `${from} to ${to}: ${opened.stack}`);
        assert.match(opened.hint, /damaged.*`bio-mcp reindex`/, `${from} to ${to}`);
      } else await (opened as AsyncDisposable)[Symbol.asyncDispose]();
    }
  }
});
