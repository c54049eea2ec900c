import { z } from 'zod';

/** What every run tells of the records that it put. */
export const putCounts = {
  archived: z.int().describe('Objects put into the archive.'),
  skipped: z.int().describe('Records whose bytes were archived before.'),
  indexed: z.int().describe('Revisions made searchable.'),
};
