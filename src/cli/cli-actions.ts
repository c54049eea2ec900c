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

/** What the commands do; `main.ts` gives them the corpus, the streams and the signals. */
export interface CliActions {
  callTool: CallTool;
  /** `serve` and `http`: the API, with a worker beside it or alone. */
  serveHttp(command: 'serve' | 'http'): Promise<void>;
  runWorker(): Promise<void>;
  /** The tools over MCP for the one client that started the process. */
  serveStdio(): Promise<void>;
  runDemo(): Promise<void>;
  migrate(): Promise<void>;
  reindex(options: { json?: boolean }): Promise<void>;
  doctor(options: { json: boolean }): Promise<void>;
  verifyArchive(options: { json: boolean }): Promise<void>;
  copyArchive(options: { to: string; json: boolean }): Promise<void>;
}
