import type { ByteWindow } from './byte-window.ts';

/**
 * Offset behind the `>` that ends the tag or DOCTYPE at `from`, or -1 when it has not arrived. A `>` in quotes, in an
 * internal subset or in a comment there ends nothing.
 */
export function findMarkupEnd(window: ByteWindow, from: number): number {
  let depth = 0;
  let quote = 0;
  for (let at = from; at < window.end; at += 1) {
    const byte = window.byteAt(at);
    if (quote !== 0) {
      if (byte === quote) quote = 0;
    } else if (byte === 0x22 || byte === 0x27) quote = byte;
    else if (byte === 0x5b) depth += 1;
    else if (byte === 0x5d) depth -= 1;
    else if (byte === 0x3e && depth <= 0) return at + 1;
    else if (depth > 0 && byte === 0x3c && startsComment(window, at)) {
      const end = window.indexOf(Buffer.from('-->'), at + 4);
      if (end < 0) return -1;
      at = end + 2;
    }
  }
  return -1;
}

function startsComment(window: ByteWindow, at: number): boolean {
  return window.byteAt(at + 1) === 0x21 && window.byteAt(at + 2) === 0x2d && window.byteAt(at + 3) === 0x2d;
}
