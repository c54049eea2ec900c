/** Shorter stems are words as they are: "fuel", "poet". */
const SHORTEST = 5;
/** After g only as in "Guenther": a guest is no gust. */
const TWO_LETTERS =
  /(?<=[bdfhjklmnprstvwz])[aou]e(?=[bcdfghjklmnprstvwxz])|(?<=g)(?:[ao]e(?=[bcdfghjklmnprstvwxz])|ue(?=n))/g;
/** "Aarhus" is Århus. */
const AA = /^aa(?=[rln][a-z]{3})/;

/**
 * `stem` with one letter for two, as texts without accents write ä, ö, ü, ø and å: "Sjoegren" and "Mueller"
 * are read as Sjögren and Müller are, whose accents are left away. English words ("influenza") have another
 * form in the index, too, which none of them shares.
 */
export function joinUmlauts(stem: string): string {
  if (stem.length < SHORTEST || stem === 'loess') return stem;
  return stem.replaceAll(TWO_LETTERS, ([letter = '']) => letter).replace(AA, 'a');
}
