import type { ByteWindow } from './byte-window.ts';

const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;
const COMMENT_END = Buffer.from('-->');

/**
 * Offset behind the `>` that ends the tag or DOCTYPE at `from`, or -1 when it has not arrived. A `>` in
 * quotes, in an internal subset or in a comment there ends nothing.
 */
export function findMarkupEnd(window: ByteWindow, from: number): number {
  let depth = 0;
  let quote = 0;
  for (let at = from; at < window.end; at += 1) {
    const byte = window.byteAt(at);
    if (quote !== 0) {
      if (byte === quote) quote = 0;
    } else if (byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE) quote = byte;
    else if (byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACKET) depth -= 1;
    else if (byte === GREATER_THAN && depth <= 0) return at + 1;
    else if (depth > 0 && byte === LESS_THAN && startsComment(window, at)) {
      const end = window.indexOf(COMMENT_END, at + 4);
      if (end < 0) return -1;
      at = end + 2;
    }
  }
  return -1;
}

function startsComment(window: ByteWindow, at: number): boolean {
  return window.slice(at, at + 4).toString('latin1') === '<!--';
}
