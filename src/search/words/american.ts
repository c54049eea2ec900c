/**
 * British spellings and their American ones, as parts of words. A rule may change a word that is not
 * meant ("israel" has no such part, "colourful" has): texts and questions are read by the same rules,
 * so only what brings two words together matters.
 */
const SPELLINGS: readonly [british: RegExp, american: string][] = [
  [/aem/g, 'em'], // haemorrhage, anaemia, ischaemic
  [/aesth/g, 'esth'],
  [/aetio/g, 'etio'],
  [/(?<=c)aes(?=ar|ium)/g, 'es'],
  [/(?<=gyn|c|f|pr)aec/g, 'ec'], // gynaecology, caecum, faecal
  [/(?<=p)ae(?=d)/g, 'e'], // paediatric, orthopaedic
  [/(?<=p)alae(?=o)/g, 'ale'],
  [/(?<=n)ae(?=v)/g, 'e'], // naevus
  [/(?<=t)ae(?=ni)/g, 'e'],
  [/oedem/g, 'edem'],
  [/oesoph/g, 'esoph'],
  [/oestr/g, 'estr'],
  [/(?<=f)oe(?=t)/g, 'e'], // foetal
  [/(?<=rrh|pn)oe/g, 'e'], // diarrhoea, dyspnoea
  [/(?<=c)oe(?=lia)/g, 'e'],
  [/(?<=am)oe(?=b)/g, 'e'],
  [/homoeo/g, 'homeo'],
  [/manoeuv(?:re|er)/g, 'maneuver'],
  [/manoeuvr/g, 'maneuver'],
  [/(?<=tum|col|behavi|fav|lab|hum|od|vap|rum|harb|hon|neighb|flav|vig|rig|arm|endeav|clam)our/g, 'or'],
  [/sulph/g, 'sulf'],
  [/leuco(?=cyt|pen|poie|s|tri)/g, 'leuko'],
  [/(?<=def|off|pret)ence(?=s?$|less)/g, 'ense'],
  [/(?<=catal|anal|dial|homol|monol)ogue/g, 'og'],
  [/^programme(?=s?$)/, 'program'],
  [/^(ag)e(?=ing$)/, '$1'],
  [/(?<=judg|acknowledg)e(?=ment)/, ''],
  [/(?<=cent|fib|lit|met|tit|calib|theat|goit|spect)re(?=s?$)/, 'er'],
  [/(?<=cent)re(?=d$)/, 'ere'],
  [
    /(?<=label|model|travel|signal|channel|tunnel|counsel|cancel|level|fuel|total|dial)l(?=(?:ed|ing|ings|er|ers|or|ors)$)/,
    '',
  ],
  [/(?<=enro|fulfi)l(?=ments?$|s?$)/, 'll'],
  [/(?<=alumin)ium/, 'um'],
  [/^grey/, 'gray'],
  [/^mould/, 'mold'],
  [/^disc(?=s?$)/, 'disk'],
  [/artefact/, 'artifact'],
  [/^yoghurt/, 'yogurt'],
  [/(?<=ana|para|cata|dia|dro|auto)lys(?=(?:e|ed|er|ers|ing|able)$)/, 'lyz'],
  [/(?<=real|ion|oxid|[a-z]{4})is(?=(?:e|ed|es|er|ers|ing|ation|ations|ational|able)$)/, 'iz'],
];
/** A word that no rule above can change has none of these; most words end here. */
const MAY_BE_BRITISH =
  /ae|oe|our|sulph|leuco|ence|ogue|mme|geing|gement|re[sd]?$|ll|lments?$|[oi]ls?$|ium|grey|mould|discs?$|artef|yogh|lys|is(?:e|a|i)/;
/** Words of this ending that no American writes with z. */
const NEVER_Z =
  /(?:exerc|adv|prom|prec|conc|comprom|compr|superv|surpr|expert|prem|enterpr|franch|telev|improv|parad|merchand|treat|circumc|appra|desp|gu|w)is(?=e|a|i)/;

/** `word`, in lower case, as Americans spell it. */
export function toAmerican(word: string): string {
  if (!MAY_BE_BRITISH.test(word)) return word;
  let american = word;
  for (const [british, instead] of NEVER_Z.test(word) ? SPELLINGS.slice(0, -1) : SPELLINGS) {
    american = american.replace(british, instead);
  }
  return american;
}
