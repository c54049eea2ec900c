/**
 * Inside a checkpoint the status is that of then; whoever reads it must hear of a retraction that came later.
 */
export function toStatusWords(document: {
  retraction_status: string;
  retracted_since?: boolean | undefined;
}): string {
  const words = document.retraction_status.replaceAll('_', ' ');
  if (document.retracted_since !== true) return words;
  return words === 'none' ? 'retracted since' : `${words}, retracted since`;
}
