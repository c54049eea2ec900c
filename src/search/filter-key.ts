/** The form in which names are compared: lower case, without full stops, white space collapsed. */
export function toFilterKey(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[.\s]+/g, ' ')
    .trim();
}
