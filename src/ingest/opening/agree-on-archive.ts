import type { Archive } from '../../archive/archive.ts';
import { listRoom, RECORD_ROOMS } from '../../archive/list-room.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { ArchivePlace } from '../../store/port/archive-place.ts';
import type { OpenMode } from './open-mode.ts';

interface ArchiveChoice {
  store: ArchivePlace;
  archive: Archive;
  prefix: string;
  mode: OpenMode;
}

/**
 * A corpus stays with the archive that holds it: under another bucket or prefix, what comes next would be
 * kept apart from what is there. A reindex finds every record by its key, wherever the archive lay before,
 * but must find some.
 */
export async function agreeOnArchive(choice: ArchiveChoice, options: CallOptions): Promise<void> {
  const { store, archive, prefix, mode } = choice;
  if (mode === 'use') await store.settleArchiveRoot(archive.root, options);
  if ((await store.hasRecordsBelow({ root: archive.root, prefix }, options)) !== false) return;
  if (mode === 'use') {
    throw new BioMcpError(
      'VALIDATION',
      'The keys of this corpus do not begin as BIO_MCP_ARCHIVE_PREFIX says; set it back, or, once `bio-mcp archive copy` has copied the archive there, run `bio-mcp reindex`.',
      { message: `no record of this corpus lies below ${archive.root}${prefix}/` },
    );
  }
  if (await holdsCorpus({ archive, prefix }, options)) return;
  throw new BioMcpError(
    'VALIDATION',
    'Nothing of this corpus lies where the settings lead: copy it there by `bio-mcp archive copy`, or set BIO_MCP_ARCHIVE_BUCKET, BIO_MCP_ARCHIVE_PREFIX and BIO_MCP_DATA_DIR back.',
    { message: `nothing lies below ${archive.root}${prefix}/` },
  );
}

async function holdsCorpus(
  place: { archive: Archive; prefix: string },
  options: CallOptions,
): Promise<boolean> {
  for (const room of ['state', ...RECORD_ROOMS] as const) {
    for await (const _object of listRoom(place, room, options)) return true;
  }
  return false;
}
