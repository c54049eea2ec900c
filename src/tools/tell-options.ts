/** What a tool's way of telling its answer to a model gets beside the answer. */
export interface TellOptions {
  /** A call written out: `pubmed_get {"pmids":["7"]}`. */
  toCall(tool: string, params: object): string;
  /** The name of a tool as the client's list shows it. */
  toListed(tool: string): string;
}
