/** What no rule below covers, or would read as something else. */
const WORDS = new Map(
  (
    'mice mouse, men man, women woman, teeth tooth, feet foot, geese goose, lice louse, oxen ox, dormice dormouse, ' +
    'leaves leaf, halves half, knives knife, wolves wolf, hooves hoof, calves calf, ' +
    'axes axis, testes testis, pelves pelvis, theses thesis, thesis thesis, basis basis, ketosis ketosis, ' +
    'irides iris, irises iris, lens lenses, pancreases pancreas, ascarides ascaris, ' +
    'epididymides epididymis, glottides glottis, foci focus, multifoci multifocus, loci locus, hili hilus, gyri gyrus, ' +
    'nidi nidus, rami ramus, tori torus, boli bolus, fundi fundus, radii radius, nevi nevus, limbi limbus, ' +
    'ova ovum, sera serum, antisera antiserum, septa septum, atria atrium, strata stratum, substrata substratum, ' +
    'cilia cilium, labia labium, antra antrum, hila hilum, ilia ilium, ilea ileum, ceca cecum, sterna sternum, ' +
    'sputa sputum, crania cranium, ostia ostium, maxima maximum, minima minimum, optima optimum, quanta quantum, ' +
    'data datum, errata erratum, addenda addendum, momenta momentum, phyla phylum, residua residuum, ' +
    'spectra spectrum, stadia stadium, equilibria equilibrium, criteria criterion, phenomena phenomenon, ' +
    'ganglia ganglion, taxa taxon, automata automaton, spermatozoa spermatozoon, protozoa protozoan, ' +
    'protozoon protozoan, metazoa metazoan, metazoon metazoan, calices calyx, calix calyx, calyces calyx, ' +
    'varices varix, apices apex, indices index, vertices vertex, vortices vortex, codices codex, ' +
    'phalanges phalanx, coccyges coccyx, thoraces thorax, femora femur, corpora corpus, ' +
    'genera genus, viscera viscus, foramina foramen, lumina lumen, crura crus'
  )
    .split(', ')
    .map((pair) => pair.split(' ') as [plural: string, singular: string]),
);

/** Latin and Greek plurals by their endings, in English too: "lactobacilli" as "bacilli". */
const ENDINGS: readonly [plural: RegExp, singular: string][] = [
  // The stem of "diagnoses" is that of "diagnosed", so that the singular is read as the plural.
  [/(?<=[a-z][aeiouy])sis$/, 'ses'],
  [/(?<=(?<!inos)it)ides$/, 'is'], // arthritides
  [/(?<=[a-z]{2}m)ata$/, 'a'], // carcinomata, stigmata
  [
    /(?<=[a-z]{2}ul|cocc|bacill|nucle|thromb|embol|eol|fung|vill|bronch|rhonch|humer|uter|sulc|toph|hippocamp|thalam|cact|alumn|syllab|acin|menisc|termin|esophag)i$/,
    'us',
  ],
  [
    /(?<=bacteri|theli|consorti|symposi|sporangi|myceli|flagell|(?:myo|peri|endo|epi)cardi|plasmodi|clostridi|sporidi|conidi|basidi|primordi|syncyti|metri|stiti)a$/,
    'um',
  ],
  [/(?<=(?:divertic|acetab|fren|tuberc|operc|infundib|vestib|retic|curric)ul)a$/, 'um'],
  [/(?<=mitochondri)a$/, 'on'],
  [/(?<=append|cerv|hel|forn|matr)ices$/, 'ix'],
  [/(?<=cort)ices$/, 'ex'],
  [/(?<=ar)ynges$/, 'ynx'],
  [/children$/, 'child'],
  [/(?<=[rd]na)s$/, ''],
];
const MAY_BE_PLURAL = /(?:sis|des|ata|i|a|ices|nges|ren|nas)$/;

/** `word`, in lower case and American spelling, without the endings of plurals that are not English. */
export function toSingular(word: string): string {
  const known = WORDS.get(word);
  if (known !== undefined) return known;
  if (!MAY_BE_PLURAL.test(word)) return word;
  for (const [plural, singular] of ENDINGS) if (plural.test(word)) return word.replace(plural, singular);
  return word;
}
