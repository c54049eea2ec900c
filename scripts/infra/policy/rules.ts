import { ACCESS_RULES } from './access-rules.ts';
import { BOUNDARY_RULES } from './boundary-rules.ts';
import { DATA_RULES } from './data-rules.ts';
import type { Rule } from './rule.ts';
import { SERVICE_RULES } from './service-rules.ts';
import { STORAGE_RULES } from './storage-rules.ts';

/** All that the installation promises. tests/infra/rules.test.ts breaks each once. */
export const RULES: readonly Rule[] = [
  ...STORAGE_RULES,
  ...DATA_RULES,
  ...ACCESS_RULES,
  ...BOUNDARY_RULES,
  ...SERVICE_RULES,
];
