import { isAscii } from './words/fold-text.ts';

/** The form in which names are compared: lower case, without full stops, white space collapsed. */
export function toFilterKey(name: string): string {
  return toComposed(name)
    .toLowerCase()
    .replace(/[.\s]+/g, ' ')
    .trim();
}

/** ASCII is composed as it is: to look costs a load less than `normalize`. */
function toComposed(name: string): string {
  return isAscii(name) ? name : name.normalize('NFC');
}
