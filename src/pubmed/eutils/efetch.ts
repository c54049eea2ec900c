import { throwReported } from './json-body.ts';
import { malformed } from './upstream-fault.ts';

const TAIL_BYTES = 256;
const HEAD_BYTES = 2_048;
const EMPTY_SET = Buffer.from('<?xml version="1.0" ?>\n<PubmedArticleSet></PubmedArticleSet>\n');

/**
 * Accepts only a whole set of records and gives its bytes back untouched: a body that a proxy or a crash cut
 * short still is an HTTP 200, so the root has to be there and closed.
 */
export function parseFetchAnswer(body: Uint8Array): Uint8Array {
  const head = decode(body.subarray(0, HEAD_BYTES));
  const errors = [...head.matchAll(/<ERROR>([^<]*)<\/ERROR>/g)].map(([, text]) => text ?? '');
  // What EFetch says, here with status 200, when none of the ids exists: no record is the answer.
  if (errors.some((text) => /id list is empty/i.test(text))) return EMPTY_SET;
  if (!/<Pubmed(?:Book)?Article[\s>]/.test(head)) {
    throwReported(errors);
    if (head.includes('<ERROR>')) throw malformed('the answer is a broken error message');
  }
  if (!/<PubmedArticleSet\b/.test(head)) throw malformed('the answer is no PubmedArticleSet');
  const tail = decode(body.subarray(-TAIL_BYTES)).trimEnd();
  if (!tail.endsWith('</PubmedArticleSet>') && !tail.endsWith('<PubmedArticleSet/>')) {
    throw malformed(`the PubmedArticleSet is cut off after ${body.byteLength} bytes`);
  }
  return body;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
