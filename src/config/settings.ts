import { z } from 'zod';
import { dataDirSettings } from './data-dir.ts';
import { accessSettings } from './rooms/access.ts';
import { archiveSettings } from './rooms/archive.ts';
import { databaseSettings } from './rooms/database.ts';
import { embeddingSettings } from './rooms/embedding.ts';
import { httpSettings } from './rooms/http.ts';
import { ingestSettings } from './rooms/ingest.ts';
import { jobsSettings } from './rooms/jobs.ts';
import { processSettings } from './rooms/process.ts';
import { pubmedSettings } from './rooms/pubmed.ts';
import { searchSettings } from './rooms/search.ts';
import { telemetrySettings } from './rooms/telemetry.ts';
import { notes, wholeNumber } from './setting-forms.ts';
import { type LimitedTool, toToolLimitName } from './tool-limits.ts';

/** Every setting but those of single tools, room by room, in the order of the documentation. */
const settingsSchema = z.object({
  ...dataDirSettings,
  ...databaseSettings,
  ...archiveSettings,
  ...searchSettings,
  ...embeddingSettings,
  ...pubmedSettings,
  ...ingestSettings,
  ...jobsSettings,
  ...httpSettings,
  ...accessSettings,
  ...processSettings,
  ...telemetrySettings,
});

export type Settings = z.output<typeof settingsSchema>;

export interface SettingRow {
  name: string;
  about: string;
  /** As the documentation shows it. */
  shownDefault: string;
  /** `null` where the default is worked out at start. */
  defaultValue: string | null;
}

/**
 * Every setting of this release under its variable's name: docs/configuration.md and .env.example
 * follow from it.
 */
export function toSettingsSchema(tools: readonly LimitedTool[]) {
  // The cast keeps the type of the fixed settings: these are asked for by the names of
  // tools alone (`toToolLimits`).
  const limits = Object.fromEntries(tools.map(toToolLimit)) as Record<never, z.ZodType<number>>;
  return settingsSchema.extend(limits);
}

function toToolLimit({ name, limit }: LimitedTool) {
  const schema = wholeNumber(1, 10_000)
    .default(limit)
    .register(notes, {
      about: `How many calls of \`${name}\` run at once: of a short tool in an API process, of a long one in a worker.`,
    });
  return [toToolLimitName(name), schema] as const;
}

/** The settings in the order of the documentation. */
export function listSettings(tools: readonly LimitedTool[]): SettingRow[] {
  const schema = toSettingsSchema(tools);
  const defaults: Record<string, unknown> = schema.parse({});
  return Object.entries(schema.shape).map(([name, setting]) => {
    const note = notes.get(setting);
    if (note === undefined) throw new TypeError(`${name} has no notes`);
    const value = defaults[name];
    const defaultValue = value === undefined ? null : String(value);
    return {
      name,
      about: note.about,
      shownDefault: note.shownDefault ?? `\`${defaultValue}\``,
      defaultValue,
    };
  });
}
