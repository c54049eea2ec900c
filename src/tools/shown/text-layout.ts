import { stripVTControlCharacters } from 'node:util';

/** Words in lines of at most `width` characters; a longer word has a line of its own. */
export function toParagraph(text: string, width: number, firstIndent: string, indent: string): string {
  const lines: string[] = [];
  let line = firstIndent;
  let isEmpty = true;
  for (const word of text.split(/[ \n\r\t]+/)) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join('\n');
}

/** `name  value` lines, the values below each other. */
export function toColumns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}

/** Every control character but line feed: U+009B alone begins an escape sequence, and XML may hold it. */
const CONTROL = /(?!\n)\p{Cc}/gu;

/** Upstream text must not steer the terminal. */
export function toPlainText(text: string): string {
  return stripVTControlCharacters(text).replace(CONTROL, '');
}

/** The same value; what JSON leaves as it is and a terminal obeys (U+007F to U+009F) is escaped as well. */
export function toPlainJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}
