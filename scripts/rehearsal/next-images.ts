import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildah } from '../image/buildah.ts';

const COMPATIBLE = `--! compatible: a column more, with a default
alter table jobs add column rehearsed boolean not null default false;
`;
/** Its second statement fails, after the first has done its part. */
const BROKEN = `create table half_done (id integer);
alter table there_is_no_such_table add column rehearsed boolean;
`;

/**
 * The release after this one, twice: with a migration that this one can live with, and with one
 * that fails half-way.
 */
export function makeNextImages(image: string): { next: string; broken: string } {
  return {
    next: withMigration(image, 'bio-mcp:rehearsal-next', COMPATIBLE),
    broken: withMigration(image, 'bio-mcp:rehearsal-broken', BROKEN),
  };
}

function withMigration(image: string, tag: string, migration: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'bio-mcp-next-'));
  try {
    writeFileSync(join(folder, '9000_rehearsal.sql'), migration);
    const lines = [`FROM ${image}`, 'COPY --chmod=644 9000_rehearsal.sql /app/dist/store/migrations/'];
    writeFileSync(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`);
    const words = ['--isolation', 'chroot', '--pull-never', '--format', 'docker', '-q', '-t', tag, folder];
    buildah('bud', ...words);
    return tag;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
