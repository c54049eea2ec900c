export interface NumberedText {
  /** Its place among all texts. */
  at: number;
  text: string;
}

/**
 * Of one request: https://platform.openai.com/docs/api-reference/embeddings/create allows 2,048 texts and
 * 300,000 tokens, and 8,191 tokens a text. A token of its encodings has at least one byte, so that bytes
 * never exceed them; a passage of ours (450 tokens) is far from it.
 */
const MOST_TEXTS = 128;
const MOST_BYTES = 300_000;
const MOST_TEXT_BYTES = 8_191;

/** The text up to the last whole character within the limit of one text. */
export function cutToLimit(text: string): string {
  if (text.length * 3 <= MOST_TEXT_BYTES) return text;
  const bytes = Buffer.from(text);
  if (bytes.length <= MOST_TEXT_BYTES) return text;
  let end = MOST_TEXT_BYTES;
  while (isContinuation(bytes[end])) end -= 1;
  return bytes.toString('utf8', 0, end);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0b1100_0000) === 0b1000_0000;
}

/** The texts in their order, as many in each request as it takes. */
export function listRequests(texts: readonly NumberedText[]): NumberedText[][] {
  const requests: NumberedText[][] = [];
  let left = 0;
  for (const one of texts) {
    const bytes = Buffer.byteLength(one.text);
    const last = requests.at(-1);
    if (last === undefined || last.length === MOST_TEXTS || bytes > left) {
      requests.push([one]);
      left = MOST_BYTES - bytes;
    } else {
      last.push(one);
      left -= bytes;
    }
  }
  return requests;
}
