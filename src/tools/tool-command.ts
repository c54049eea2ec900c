/**
 * How the command line offers a tool. All of it follows from the tool's name and schema but what
 * is said here.
 */
export interface ToolCommand {
  /** The words after `bio-mcp`. Default: the tool's name with spaces for dots. */
  readonly words?: string;
  /** One line for the help. Default: the title. */
  readonly about?: string;
  /** Parameters that stand without a flag, in order. Default: the required ones. */
  readonly bare?: readonly string[];
  /** The last bare parameter, where it is a text that takes all words that follow. */
  readonly text?: string;
  /**
   * By parameter, nested ones as `filters.mesh`: `-n, --limit`. Default: two dashes and the
   * name with hyphens.
   */
  readonly flags?: Readonly<Record<string, string>>;
  /** Chooses this tool instead of the one that has the command's words without it: `--incremental`. */
  readonly chosenBy?: string;
  /** The corpus is opened for nothing but this call: its index may be damaged, or missing. */
  readonly opensToRebuild?: boolean;
}

/** What a tool's way of showing its answer gets beside the answer. */
export interface ShowOptions {
  readonly params: Readonly<Record<string, unknown>>;
  /** Columns. */
  readonly width: number;
  /** Calls another tool of the same corpus. */
  ask(tool: string, params: Record<string, unknown>): Promise<unknown>;
}
