/**
 * The user and password in any URL of a line, wherever a driver's error text put it. A stretch between two
 * slashes is looked at once, however long: that of a URL never holds one.
 */
const URL_CREDENTIALS = /:\/\/[^\s/"\\]+@/g;

/** Looks for the one sign that every such URL has first: each line of the log comes by. */
export function withoutCredentials(line: string): string {
  return line.includes('@') ? line.replace(URL_CREDENTIALS, '://[redacted]@') : line;
}
