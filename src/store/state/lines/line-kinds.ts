import { checkpointDeletedLine, checkpointLine } from './checkpoint-lines.ts';
import { fileLine } from './file-line.ts';
import type { LineKind } from './line-kind.ts';
import { payloadLine } from './payload-line.ts';
import { quarantinedLine } from './quarantined-line.ts';
import { queryPmidsLine, watermarkLine } from './query-lines.ts';
import { fileRankLine, withdrawalLine } from './rank-lines.ts';
import { revisionLine } from './revision-line.ts';
import { tombstoneLine } from './tombstone-line.ts';

/** Every kind of line in `state/`, in the order in which a log tells them. */
export const LINE_KINDS: readonly LineKind[] = [
  payloadLine,
  revisionLine,
  tombstoneLine,
  fileRankLine,
  withdrawalLine,
  fileLine,
  quarantinedLine,
  watermarkLine,
  queryPmidsLine,
  checkpointLine,
  checkpointDeletedLine,
];
