import type { SettingFact } from '../domain/settings/setting-fact.ts';
import { SECRETS } from './secret-sources.ts';
import { listSettings } from './settings.ts';
import type { LimitedTool } from './tool-limits.ts';

/** None of the settings takes a login; what stands where one would is left out all the same. */
const LOGIN = /(?<=:\/\/)[^/@\s]*@/g;

/** Every setting with what holds for this process; of a secret, whether it is set and no more. */
export function listSettingFacts(given: NodeJS.ProcessEnv, tools: readonly LimitedTool[]): SettingFact[] {
  const secrets: ReadonlySet<string> = new Set(SECRETS);
  return listSettings(tools).map(({ name, shownDefault }) => {
    const written = given[name];
    const isSecret = secrets.has(name);
    const value = isSecret ? null : (written?.replaceAll(LOGIN, '') ?? shownDefault.replaceAll('`', ''));
    return { name, value, isSet: written !== undefined, isSecret };
  });
}
