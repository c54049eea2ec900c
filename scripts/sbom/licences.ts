/** Of CycloneDX, as far as `npm sbom` writes it. */
export interface Sbom {
  metadata: { component: Component };
  components: Component[];
}

export interface Component {
  name: string;
  version: string;
  licenses?: Licence[];
}

type Licence = { license: { id?: string; name?: string } } | { expression: string };

/** Whoever installs the package may use, change and pass on what comes under these, and owes a notice. */
export const ALLOWED = ['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

/** What npm does not tell, read where it stands. */
const READ: readonly { name: RegExp; licence: string }[] = [
  { name: /^json-bignum$/, licence: 'MIT' }, // by its LICENSE
  // The lock has no licence of what was never fetched: other platforms than the one that it was made on.
  { name: /^@lancedb\/lancedb-(?:darwin|linux|win32)-/, licence: 'Apache-2.0' },
];

/** The same with the licences that npm does not tell, and under the package's own name. */
export function completeSbom<Given extends Sbom>(sbom: Given, name: string): Given {
  const components = sbom.components.map((component) => {
    if (toExpression(component) !== null) return component;
    const read = READ.find((one) => one.name.test(component.name));
    return read === undefined ? component : { ...component, licenses: [{ license: { id: read.licence } }] };
  });
  // npm takes the name of the folder for it.
  const component = { ...sbom.metadata.component, name };
  return { ...sbom, metadata: { ...sbom.metadata, component }, components };
}

/** One sentence for each package whose licence is not allowed. */
export function findForbidden({ components }: Sbom): string[] {
  return components.flatMap((component) => {
    const expression = toExpression(component);
    const named = `${component.name}@${component.version}`;
    if (expression === null) return [`${named} names no licence.`];
    return isAllowed(expression) ? [] : [`${named} comes under ${expression}.`];
  });
}

function toExpression({ licenses = [] }: Component): string | null {
  const pieces = licenses.map((one) =>
    'expression' in one ? `(${one.expression})` : (one.license.id ?? one.license.name ?? 'unnamed'),
  );
  return pieces.length === 0 ? null : pieces.join(' AND ');
}

/**
 * Of SPDX: https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
 * What it cannot read is not allowed.
 */
function isAllowed(expression: string): boolean {
  const words = expression.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const readOne = (): boolean => {
    const word = words[at++];
    if (word !== '(') return word !== undefined && ALLOWED.includes(word);
    const inside = readAny();
    return words[at++] === ')' && inside;
  };
  // Each side is read to its end, whatever the other says.
  const readAll = (): boolean => {
    const all = [readOne()];
    while (words[at] === 'AND') {
      at += 1;
      all.push(readOne());
    }
    return all.every(Boolean);
  };
  const readAny = (): boolean => {
    const any = [readAll()];
    while (words[at] === 'OR') {
      at += 1;
      any.push(readAll());
    }
    return any.some(Boolean);
  };
  return readAny() && at === words.length;
}
