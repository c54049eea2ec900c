import { toAmerican } from './american.ts';

/**
 * More British spellings than `toAmerican` has, old ones, and names of drugs that are spelt in two ways. As
 * there, only what brings two words together matters.
 */
const PARTS: readonly [other: RegExp, usual: string][] = [
  [/oo?e(?=soph|dem|str)/g, 'e'], // gastro-oesophageal, angio-oedema: the o before is one of both
  [/(?<=(?<!s)ch)ae(?!l)/g, 'e'], // archaea, spirochaete; not Michael, Schaeffer
  [/(?<=medi|gangr|hy|peri(?:n|ton))ae(?=[a-z])/g, 'e'],
  [/(?<=chim|ph)ae(?=o|r(?!oides))/g, 'e'], // chimaera, phaeochromocytoma, plasmaphaeresis
  [/physial/, 'physeal'],
  [/(?<=di)aere(?=s)/, 'ere'],
  [/^prae(?!s)/, 'pre'],
  [/(?<=c)oe(?=lo)/g, 'e'], // coelom
  [/^haem(?=s?$)/, 'heme'],
  [/^c(?:ae|e)sari(?=an)/, 'cesare'],
  [/^leuc(?=a?em|aph)/, 'leuk'],
  [/leuco(?=enceph|dystr|plak|rrh|derm|mal)/, 'leuko'],
  [/sulph?hydr/, 'sulfhydr'],
  [/(?<=gonado|cortico|thyro|somato|lipo|melano)troph(?=s?$|in|ic)/, 'trop'], // hormones; not neurotrophins
  [/(?<=glam|savi|parl|splend|ard|cand|ferv|sav|succ|demean)our/, 'or'],
  [/(?<=lust|och|meag|somb|sab|scept|louv|nit)re(?=s?$)/, 'er'],
  [/fibre(?=opt|glass|scop)/, 'fiber'],
  [/(?<=^cent)ring$/, 'ering'],
  [/(?<=orthol|paral|epil|prol|pedag|xenol)ogue/, 'og'],
  [/(?<=catal|dial)ogu(?=ed$|ing$)/, 'og'],
  [/(?<=^lic)ence(?=s?$|d$)/, 'ense'],
  [/^practis(?=e|i)/, 'practic'],
  [/(?<=[a-z]{4})is(?=abilit)/, 'iz'],
  [/(?<=o)lys(?=(?:e|ed|er|ers|ing|able)$)/, 'lyz'],
  [/(?<=^(?:ski|wi))l(?=ful)/, 'll'],
  [/(?<=^(?:disti|insti|insta))l(?=s?$|ment)/, 'll'],
  [/^(sm|m)oul(?=t|der)/, '$1ol'],
  [/^plough/, 'plow'],
  [/^sceptic/, 'skeptic'],
  [/^specialit(?=y$|ies$)/, 'specialt'],
  [/orientat(?=ed$)/, 'orient'],
  [/(?<=gram)me(?=s?$)/, ''],
  [/(?<=^(?:liv|lik|siz|us|mov))eable/, 'able'],
  [/^ageis/, 'agis'],
  [/^mollusc(?=s?$|an)/, 'mollusk'],
  [/^enquir/, 'inquir'],
  [/(?<=infle|conne|refle|defle)xion/, 'ction'],
  [/lach?rym/, 'lacrim'],
  [/aneurism/, 'aneurysm'],
  [/^appendicectom/, 'appendectom'],
  [/distension/, 'distention'],
  [/^ceph(?=alosp|alex|aloth|alorid|azol|radin|adrox|apir)/, 'cef'],
  [/^amoxy(?=cill)/, 'amoxi'],
  [/^ciclospor/, 'cyclospor'],
  [/cyclovir/, 'ciclovir'],
  [/methason/, 'metason'],
  [/^indomethac/, 'indometac'],
  [/^chlorthal/, 'chlortal'],
  [/^cholestyr/, 'colestyr'],
  [/barbitone/, 'barbital'],
];
/** A word that no rule above can change has none of these; most words end here. */
const MAY_BE_OTHER =
  /oe|ae|physial|haem|sari|^leuc|leuco|sulp|troph|our|re?s?$|fibre|ring$|ogu|ence|^prac|isabil|olys|lful|il|insta|oul|^plou|^scep|^spec|orien|mme|eabl|^ageis|^moll|^enq|xion|rym|neuris|^append|disten|^ceph|^amoxy|^cicl|clovir|thaso|^indo|^ch[lo]|barbit/;
/** What no rule covers. */
const WORDS = new Map(
  Object.entries({
    alfa: 'alpha',
    aeroplane: 'airplane',
    burnt: 'burned',
    frusemide: 'furosemide',
    guaiphenesin: 'guaifenesin',
    learnt: 'learned',
    liquorice: 'licorice',
    microrna: 'mirna',
    micrornas: 'mirna',
    mirnas: 'mirna',
    rifampicin: 'rifampin',
    woollen: 'woolen',
    yoghourt: 'yogurt',
  }),
);

/** `word`, in lower case, in the one of its spellings that the index has. */
export function toUsualSpelling(word: string): string {
  const known = WORDS.get(word);
  if (known !== undefined) return known;
  if (!MAY_BE_OTHER.test(word)) return toAmerican(word);
  return toAmerican(PARTS.reduce((spelt, [other, usual]) => spelt.replace(other, usual), word));
}
