/**
 * Articles, prepositions, verbs and question words of each language, chosen by hand among its most frequent.
 * Left out is what English texts use too, as a word ("was", "die", "per", "son") or as a term ("EST",
 * "del", "para-").
 */
const FOREIGN: Readonly<Record<string, string>> = {
  deu: 'der das den dem des ein eine einer eines einem und oder ist sind wird werden kann nicht von vom mit bei beim zur zum für auf aus nach über unter durch im als auch wie wann warum welche welcher welches wirkung hilft gegen zwischen',
  fra: 'les des du une dans chez avec pour par sur sont quels quelle quelles quel comment pourquoi ces cette entre contre aux ou peut',
  spa: 'el los las una unos unas de la en con por qué cuál cuáles cómo cuándo es sobre entre contra más puede hay',
  ita: 'il gli della delle dei degli nel nella nelle con una che sono come quali quale perché tra fra alla dalla sulla di',
  por: 'os as um uma do da dos das em no na nos nas com que qual quais como são entre contra não pode pela pelo',
  nld: 'het een van bij met voor en zijn wordt worden niet door aan naar over welke hoe waarom tegen tussen wat',
  pol: 'u w z i na do od dla przez przy oraz jest są jak jakie jaki czy nie po pod między przed',
};
const ENGLISH =
  'the of and in is are was were be been does do did can could should will would has have had how what which who why when where with without for from to on by at as or not no than that this these those after before during between among versus vs about into it its their there any an help helps effect effects';

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));
const english = words(ENGLISH);
const foreign = new Map(Object.entries(FOREIGN).map(([code, list]) => [code, words(list)]));

/** Whether what binds the words of a question speaks more for this language than for English. */
export function isBoundIn(code: string, question: string): boolean {
  const own = foreign.get(code);
  if (own === undefined) return false;
  const asked = question.toLowerCase().match(/\p{L}+/gu) ?? [];
  const count = (list: ReadonlySet<string>) => asked.filter((word) => list.has(word)).length;
  return count(own) > count(english);
}
