/**
 * PubMed's query language as far as the stand-in goes: words, "phrases", prefix*, [tags], ranges,
 * parentheses, and AND, OR, NOT from left to right without precedence, as PubMed has it. Words side by
 * side are AND.
 */
export type Query =
  | { kind: 'text'; text: string; quoted: boolean; tag: string | null }
  | { kind: 'range'; from: string; to: string; tag: string }
  | { kind: 'both'; operator: 'AND' | 'OR' | 'NOT'; left: Query; right: Query };

type Token =
  | { kind: 'open' | 'close' | 'colon' }
  | { kind: 'operator'; operator: 'AND' | 'OR' | 'NOT' }
  | { kind: 'word'; text: string; quoted: boolean }
  | { kind: 'tag'; tag: string };

const TOKEN = /\s*(?:(\()|(\))|(:)|"([^"]*)"|\[([^\]]*)\]|([^\s()[\]":]+))/y;

export function parseQuery(source: string): Query | null {
  const tokens = tokenize(source);
  let at = 0;

  function parseAll(): Query | null {
    let left = parseOperand();
    while (at < tokens.length && tokens[at]?.kind !== 'close') {
      const token = tokens[at];
      const operator = token?.kind === 'operator' ? token.operator : 'AND';
      if (token?.kind === 'operator') at += 1;
      const right = parseOperand();
      if (right === null) continue;
      left = left === null ? right : { kind: 'both', operator, left, right };
    }
    return left;
  }

  function parseOperand(): Query | null {
    const token = tokens[at];
    if (token === undefined) return null;
    if (token.kind === 'open') {
      at += 1;
      const inside = parseAll();
      if (tokens[at]?.kind === 'close') at += 1;
      return inside;
    }
    if (token.kind === 'word') return parseText();
    at += 1;
    return null;
  }

  /** Words up to a tag are one text; without a tag each word stands alone. */
  function parseText(): Query {
    const begin = at;
    const words: { text: string; quoted: boolean }[] = [];
    for (let token = tokens[at]; token?.kind === 'word'; token = tokens[at]) {
      words.push(token);
      at += 1;
    }
    const after = tokens[at];
    const first = words[0] ?? { text: '', quoted: false };
    if (after?.kind === 'colon') return parseRange(first.text);
    if (after?.kind === 'tag') {
      at += 1;
      if (tokens[at]?.kind === 'colon') return parseRange(first.text);
      const quoted = words.some((word) => word.quoted);
      return { kind: 'text', text: words.map(({ text }) => text).join(' '), quoted, tag: after.tag };
    }
    at = begin + 1;
    return { kind: 'text', text: first.text, quoted: first.quoted, tag: null };
  }

  /** `a:b[tag]` and `"a"[tag] : "b"[tag]`. */
  function parseRange(from: string): Query {
    at += 1;
    const end = tokens[at];
    const to = end?.kind === 'word' ? end.text : '';
    at += 1;
    const tag = tokens[at];
    if (tag?.kind === 'tag') at += 1;
    return { kind: 'range', from, to, tag: tag?.kind === 'tag' ? tag.tag : 'pdat' };
  }

  return parseAll();
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(source); match !== null; match = TOKEN.exec(source)) {
    const [, open, close, colon, phrase, tag, word] = match;
    if (open !== undefined) tokens.push({ kind: 'open' });
    else if (close !== undefined) tokens.push({ kind: 'close' });
    else if (colon !== undefined) tokens.push({ kind: 'colon' });
    else if (tag !== undefined) tokens.push({ kind: 'tag', tag });
    else if (phrase !== undefined) tokens.push({ kind: 'word', text: phrase, quoted: true });
    else if (word === 'AND' || word === 'OR' || word === 'NOT')
      tokens.push({ kind: 'operator', operator: word });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, quoted: false });
  }
  return tokens;
}
