import { type Kysely, sql } from 'kysely';
import type { ArchiveUri } from '../../domain/corpus/archive-key.ts';
import type { Schema } from '../schema.ts';
import type { CorpusRebuild } from './corpus-rebuild.ts';

type ManifestAddresses = Pick<CorpusRebuild, 'listManifestsElsewhere' | 'moveManifests'>;

/** What jobs and runs say of their manifests; `below`: what their addresses begin with now. */
export function createManifestAddresses(kysely: Kysely<Schema>, below: string): ManifestAddresses {
  return {
    async listManifestsElsewhere({ signal }) {
      const { rows } = await sql<{ address: ArchiveUri }>`
        select address from (select result_ref as address from jobs union select manifest from runs) as told
        where address like '%/manifests/%' and not starts_with(address, ${below})`.execute(kysely, {
        signal,
      });
      return rows.map(({ address }) => address);
    },
    async moveManifests(moves, { signal }) {
      const moved = sql`unnest(${moves.map(({ from }) => from)}::text[], ${moves.map(({ to }) => to)}::text[])
        as moved (before, now)`;
      await sql`
        update runs set manifest = moved.now from ${moved} where manifest = moved.before`.execute(kysely, {
        signal,
      });
      await sql`
        update jobs set result_ref = moved.now,
          result = replace(result::text, '"manifest":"' || moved.before || '"',
            '"manifest":"' || moved.now || '"')::json
        from ${moved} where result_ref = moved.before`.execute(kysely, { signal });
    },
  };
}
