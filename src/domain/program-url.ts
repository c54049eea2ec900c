/**
 * The program `name` beside the module at `moduleUrl`: both end in `.ts` in a checkout, in
 * `.js` once compiled.
 */
export function toProgramUrl(name: string, moduleUrl: string): URL {
  return new URL(`./${name}${moduleUrl.slice(moduleUrl.lastIndexOf('.'))}`, moduleUrl);
}
