/** How an answer is shown where JSON was not asked for. */
export type View =
  | 'load'
  | 'reindex'
  | 'sync'
  | 'search'
  | 'document'
  | 'status'
  | PubmedView
  | CheckpointView
  | 'json';
export type PubmedView = 'pubmed-list' | 'pubmed-records' | 'pubmed-citations';
export type CheckpointView = 'checkpoint' | 'checkpoint-list' | 'checkpoint-diff' | 'checkpoint-deleted';

export type CallTool = (
  tool: string,
  params: Record<string, unknown>,
  options: { json?: boolean; detach?: boolean; view: View },
) => Promise<void>;
