/** As a file system takes it; what begins with a dot is hidden there, and is no part of a key. */
const NAME = /^[A-Za-z0-9_=-][A-Za-z0-9._=-]{0,199}$/;
/** S3 takes keys of 1,024 bytes, and what comes behind the prefix has up to 109. */
const MOST_CHARACTERS = 900;

/** Whether all keys of an archive can begin with it, in files and in S3. */
export function isArchivePrefix(text: string): boolean {
  return text.length <= MOST_CHARACTERS && text.split('/').every((name) => NAME.test(name));
}

/** Reads on after the name of what holds it. */
export const ARCHIVE_PREFIX_RULE =
  'must be names of letters, digits and . _ = - with single slashes between them, such as pubmed; a name begins ' +
  'with no dot and has at most 200 characters, all together have at most 900';
