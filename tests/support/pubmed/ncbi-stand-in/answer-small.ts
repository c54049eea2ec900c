import { type Answer, escapeXml, type Question, xml } from './answer.ts';
import { readBody } from './bodies.ts';

export function answerPost({ params, history }: Question): Answer {
  const ids = (params.get('id') ?? '').split(',').filter((id) => /^\d+$/.test(id));
  if (ids.length === 0) return { type: 'text/xml', body: readBody('epost3.xml') };
  const { webEnv, queryKey } = history.put(ids.map(Number), params.get('WebEnv') ?? null);
  return xml(
    `<ePostResult>\n\t<QueryKey>${queryKey}</QueryKey>\n\t<WebEnv>${webEnv}</WebEnv>\n</ePostResult>`,
  );
}

/** Knows one misspelling: the one of the captured answer. */
export function answerSpelling({ params }: Question): Answer {
  const words = params.get('term') ?? '';
  if (words === 'biopythooon') return { type: 'text/xml', body: readBody('espell.xml') };
  return xml(
    `<eSpellResult>\n\t<Database>pubmed</Database>\n\t<Query>${escapeXml(words)}</Query>\n` +
      '\t<CorrectedQuery></CorrectedQuery>\n\t<SpelledQuery></SpelledQuery>\n\t<ERROR/>\n</eSpellResult>',
  );
}

export function answerCitationMatch({ params, library }: Question): Answer {
  const lines = (params.get('bdata') ?? '').split('\r').filter((line) => line.trim() !== '');
  const matched = lines.map((line) => {
    const [journal = '', year = '', volume = '', page = '', author = ''] = line.split('|');
    const same = (one: string, other: string) => one === '' || one.toLowerCase() === other.toLowerCase();
    const matches = library.all().filter(({ facts }) => {
      const [first = ''] = facts.authors;
      return (
        (same(journal, facts.journal.abbreviation) || same(journal, facts.journal.title)) &&
        same(year, facts.publishedOn.slice(0, 4)) &&
        same(volume, facts.volume) &&
        same(page, facts.pages.split('-')[0] ?? '') &&
        first.toLowerCase().startsWith(author.toLowerCase())
      );
    });
    const [only] = matches;
    if (only === undefined) return `${line}NOT_FOUND`;
    return matches.length === 1 ? `${line}${only.pmid}` : `${line}AMBIGUOUS ${matches.length} citations`;
  });
  return { type: 'text/plain', body: `${matched.join('\n')}\n` };
}
