import type { RetractionStatus } from '../domain/document/document.ts';

/** What each status means for whoever relies on the paper. */
const STATUS_MEANINGS: readonly { status: Exclude<RetractionStatus, 'none'>; meaning: string }[] = [
  { status: 'retracted', meaning: 'do not rely on it' },
  { status: 'retraction_notice', meaning: 'withdraws what `corrections` names' },
  { status: 'expression_of_concern', meaning: 'doubted by its journal' },
  { status: 'corrected', meaning: 'read its correction too' },
  { status: 'erratum', meaning: 'corrects another paper' },
];

export const STATUS_WORDS = `${STATUS_MEANINGS.map(({ status, meaning }) => `${status} (${meaning})`).join(', ')}.`;
