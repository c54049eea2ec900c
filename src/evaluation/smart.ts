export interface SmartEntry {
  id: string;
  /** By the letter of the field: `T` the title, `W` the text, `A` the authors. */
  fields: ReadonlyMap<string, string>;
}

/**
 * Entries in the form of the SMART collections: `.I 1` begins one, a line of a full stop and a letter a field
 * of it.
 */
export function parseSmart(text: string): SmartEntry[] {
  const entries: { id: string; fields: Map<string, string> }[] = [];
  let field: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    const [, id] = /^\.I\s+(\S+)/.exec(line) ?? [];
    const [, letter] = /^\.([A-Z])\s*$/.exec(line) ?? [];
    const fields = entries.at(-1)?.fields;
    if (id !== undefined) {
      entries.push({ id, fields: new Map() });
      field = null;
    } else if (letter !== undefined) {
      field = letter;
    } else if (field !== null && fields !== undefined) {
      const before = fields.get(field);
      fields.set(field, before === undefined ? line : `${before}\n${line}`);
    }
  }
  return entries;
}
