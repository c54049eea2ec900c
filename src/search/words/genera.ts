import type { Atom } from './atoms.ts';

/** By species, the genera that are written as their first letter before it: "E. coli". */
const GENERA: ReadonlyMap<string, readonly string[]> = new Map(
  (
    'coli escherichia, aureus staphylococcus, epidermidis staphylococcus, pyogenes streptococcus, mutans streptococcus, ' +
    'agalactiae streptococcus, pneumoniae streptococcus klebsiella mycoplasma chlamydia, faecalis enterococcus, ' +
    'faecium enterococcus, aeruginosa pseudomonas, baumannii acinetobacter, cloacae enterobacter, mirabilis proteus, ' +
    'influenzae haemophilus, meningitidis neisseria, gonorrhoeae neisseria, pertussis bordetella, pylori helicobacter, ' +
    'jejuni campylobacter, difficile clostridium clostridioides, botulinum clostridium, perfringens clostridium, ' +
    'tuberculosis mycobacterium, leprae mycobacterium, bovis mycobacterium, trachomatis chlamydia, burgdorferi borrelia, ' +
    'monocytogenes listeria, pneumophila legionella, cholerae vibrio, pestis yersinia, enterica salmonella, ' +
    'typhimurium salmonella, anthracis bacillus, subtilis bacillus, cereus bacillus, gingivalis porphyromonas, ' +
    'burnetii coxiella, pallidum treponema, acnes propionibacterium cutibacterium, albicans candida, auris candida, ' +
    'glabrata candida, fumigatus aspergillus, neoformans cryptococcus, jirovecii pneumocystis, falciparum plasmodium, ' +
    'vivax plasmodium, berghei plasmodium, gondii toxoplasma, cruzi trypanosoma, brucei trypanosoma, donovani leishmania, ' +
    'mansoni schistosoma, aegypti aedes, gambiae anopheles, elegans caenorhabditis, melanogaster drosophila, ' +
    'cerevisiae saccharomyces, thaliana arabidopsis, laevis xenopus, rerio danio, plantarum lactobacillus, ' +
    'smegmatis mycobacterium, avium mycobacterium enterococcus, kansasii mycobacterium, abscessus mycobacterium, ' +
    'typhi salmonella, sonnei shigella, flexneri shigella, dysenteriae shigella, marcescens serratia, vulnificus vibrio, ' +
    'parahaemolyticus vibrio, diphtheriae corynebacterium, hominis mycoplasma, whipplei tropheryma, syringae pseudomonas, ' +
    'maltophilia stenotrophomonas, fragilis bacteroides, histolytica entamoeba, lamblia giardia, ' +
    'rhamnosus lactobacillus, longum bifidobacterium, muciniphila akkermansia, prausnitzii faecalibacterium'
  )
    .split(', ')
    .map((line) => {
      const [species = '', ...genera] = line.split(' ');
      return [species, genera];
    }),
);
/** "E. coli", "E.coli", "E-coli" */
const AFTER_GENUS = /^(?:\.? ?|-)$/;
const SPECIES = /^\.? ?([a-z]{4,18})(?![\p{L}\p{N}])/u;
const LONGEST_SPECIES = 22;
const NONE: readonly string[] = [];

/** The genera of `species`, both in lower case. */
export function listGenera(species: string): readonly string[] {
  return GENERA.get(species) ?? NONE;
}

/** Whether the letter that ends at `end` is the first of a genus before its species: "resistant E. coli". */
export function isInitial(folded: string, end: number): boolean {
  const [, species = ''] = SPECIES.exec(folded.slice(end, end + LONGEST_SPECIES)) ?? [];
  const initial = folded[end - 1]?.toLowerCase() ?? '';
  return listGenera(species).some((genus) => genus.startsWith(initial));
}

/** The genera that `before` stands for, the first letters of one: "Escherichia" in "E. coli". */
export function findGenera(folded: string, atom: Atom, before: Atom | undefined): string[] {
  const genera = atom.word.other?.genera ?? NONE;
  if (genera.length === 0 || before === undefined) return [];
  return AFTER_GENUS.test(folded.slice(before.end, atom.start)) ? findShortened(genera, before.text) : [];
}

/** The genera of `genera` that `short`, in lower case, stands for: "e" and "staph", but no whole one. */
function findShortened(genera: readonly string[], short: string): string[] {
  return short === '' ? [] : genera.filter((genus) => short.length < genus.length && genus.startsWith(short));
}
