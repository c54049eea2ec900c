import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { nullIfMissing } from '../../disk/null-if-missing.ts';

/** What the server said of the bytes that a part is the beginning of. */
const noteSchema = z.strictObject({
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  totalBytes: z.int().min(0).nullable(),
});
export type PartNote = z.output<typeof noteSchema>;

export interface PartialFile {
  path: string;
  /** How much is there and what it belongs to; `null` when nothing is there that can be continued. */
  find(): Promise<{ bytes: number; note: PartNote } | null>;
  /** Forgets what is there. */
  discard(): Promise<void>;
  /** Begins anew: the note is written before the first byte, so that no byte is ever without one. */
  begin(note: PartNote): Promise<void>;
  append(pieces: AsyncIterable<Buffer>, onBytes: (bytes: number) => void): Promise<void>;
}

/** `<name>.part` in the folder, with `<name>.part.json` beside it; both survive the process. */
export function createPartialFile({ folder, name }: { folder: string; name: string }): PartialFile {
  const path = join(folder, `${name}.part`);
  const notePath = `${path}.json`;
  const discard = async () => {
    await Promise.all([path, notePath].map((one) => rm(one, { force: true })));
  };
  return {
    path,
    discard,
    async find() {
      const facts = await stat(path).catch(nullIfMissing);
      const text = await readFile(notePath, 'utf8').catch(nullIfMissing);
      if (facts === null || text === null) return null;
      const note = parseNote(text);
      return note === null ? null : { bytes: facts.size, note };
    },
    async begin(note) {
      await discard();
      await writeFile(notePath, JSON.stringify(note));
    },
    async append(pieces, onBytes) {
      await using file = await open(path, 'a');
      for await (const piece of pieces) {
        await file.writeFile(piece);
        onBytes(piece.length);
      }
    },
  };
}

/** A note that was cut off by a crash is none. */
function parseNote(text: string): PartNote | null {
  try {
    return noteSchema.parse(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}
