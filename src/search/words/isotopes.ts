const ELEMENTS: readonly [symbol: string, name: string, masses: string][] = [
  ['tc', 'technetium', '99m'],
  ['i', 'iodine', '123 124 125 131'],
  ['f', 'fluorine', '18'],
  ['ga', 'gallium', '67 68'],
  ['lu', 'lutetium', '177'],
  ['y', 'yttrium', '90'],
  ['in', 'indium', '111'],
  ['zr', 'zirconium', '89'],
  ['cu', 'copper', '64 67'],
  ['ra', 'radium', '223'],
  ['ac', 'actinium', '225'],
  ['tl', 'thallium', '201'],
  ['xe', 'xenon', '133'],
  ['rb', 'rubidium', '82'],
  ['sr', 'strontium', '89 90'],
  ['sm', 'samarium', '153'],
  ['re', 'rhenium', '186 188'],
  ['cs', 'cesium', '137'],
  ['co', 'cobalt', '57 60'],
  ['cr', 'chromium', '51'],
  ['c', 'carbon', '11 13 14'],
  ['n', 'nitrogen', '15'],
  ['o', 'oxygen', '15 18'],
  ['p', 'phosphorus', '32'],
  ['s', 'sulfur', '35'],
];
const USUAL = new Map(
  ELEMENTS.flatMap(([symbol, name, masses]) =>
    masses
      .split(' ')
      .flatMap((mass) => [
        [`${symbol}${mass}`, `${mass}${symbol}`] as const,
        [`${name}${mass}`, `${mass}${symbol}`] as const,
        [`${mass}${name}`, `${mass}${symbol}`] as const,
      ]),
  ),
);

/** "Tc-99m" and "technetium-99m", joined, are "99mTc"; `name` in lower case. */
export function toUsualIsotope(name: string): string {
  return USUAL.get(name) ?? name;
}

/** Whether the name of an element and a mass number are an isotope: "thallium 201". */
export function isNamedIsotope(element: string, mass: string): boolean {
  return USUAL.has(element + mass);
}
