import type { CitationDraft } from './citation-draft.ts';

export type Attributes = Readonly<Record<string, string>>;

/**
 * What the parser does at one place of a record. Rules form a tree in the shape of the XML: an element is
 * read only at the path where a rule stands for it, everything else is passed over. So ids of a reference are
 * never the record's.
 */
export interface ElementRule {
  readonly children: Map<string, ElementRule>;
  /** Its text is wanted: as it stands, or as prose that may hold escaped markup. */
  readonly text: 'plain' | 'prose' | null;
  /** Whether it is read at all. */
  readonly when: ((attributes: Attributes) => boolean) | null;
  readonly open: ((draft: CitationDraft, attributes: Attributes) => void) | null;
  /**
   * `text` is tidied; an element with a text rule and nothing in it says nothing, so it is not called then.
   */
  readonly close: ((draft: CitationDraft, text: string, attributes: Attributes) => void) | null;
}

type TakeText = NonNullable<ElementRule['close']>;

/** An element that holds others. */
export function group(
  children: Record<string, ElementRule>,
  actions: Partial<Pick<ElementRule, 'when' | 'open' | 'close'>> = {},
): ElementRule {
  return {
    children: new Map(Object.entries(children)),
    text: null,
    when: null,
    open: null,
    close: null,
    ...actions,
  };
}

/** An element whose text is a name, number or code. */
export function plain(close: TakeText, when: ElementRule['when'] = null): ElementRule {
  return { children: new Map(), text: 'plain', when, open: null, close };
}

/** An element whose text is written for readers. */
export function prose(close: TakeText): ElementRule {
  return { children: new Map(), text: 'prose', when: null, open: null, close };
}

/** `null` for an attribute that is absent or empty. */
export function findAttribute(attributes: Attributes, name: string): string | null {
  return attributes[name]?.trim() || null;
}
