/** `underscore`: several desktop clients refuse a whole list that holds one dot. */
export type ToolNaming = 'underscore' | 'dotted';

export interface ToolNames {
  /** The name that the list shows. */
  toListed(name: string): string;
  /** The dotted name that either form stands for; `null` where it is no tool. */
  find(given: string): string | null;
  /** The same text with every dotted name of a tool as the list shows it. */
  rename(text: string): string;
  /**
   * The same parameters, with the dotted name where one of them names a tool; what is no tool stays as it is.
   */
  toParams(params: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

/** Throws where two tools would have one name in underscores. */
export function createToolNames(names: readonly string[], naming: ToolNaming): ToolNames {
  const byName = new Map(
    names.flatMap((name) => [[name, name] as const, [toUnderscores(name), name] as const]),
  );
  if (new Set(names.map(toUnderscores)).size !== names.length) {
    throw new TypeError('two tools have one name in underscores');
  }
  const toListed = naming === 'dotted' ? (name: string) => name : toUnderscores;
  // The longest first: pubmed.sync.incremental holds pubmed.sync.
  const dotted = names.filter((name) => name.includes('.')).sort((a, b) => b.length - a.length);
  const anyName = new RegExp(
    `(?<![\\w.])(?:${dotted.map((name) => name.replaceAll('.', '\\.')).join('|')})(?!\\w)`,
    'g',
  );
  const find = (given: string) => byName.get(given) ?? null;
  return {
    toListed,
    find,
    rename: (text) => (dotted.length === 0 ? text : text.replaceAll(anyName, toListed)),
    toParams(params) {
      const { tool } = params;
      return typeof tool === 'string' ? { ...params, tool: find(tool) ?? tool } : params;
    },
  };
}

function toUnderscores(name: string): string {
  return name.replaceAll('.', '_');
}
