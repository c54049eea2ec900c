import { type Answer, escapeXml, json, type Question, xml } from './answer.ts';
import { readBody } from './bodies.ts';
import { evaluateQuery, type Found, toDayMatch } from './query-evaluator.ts';
import type { LibraryRecord } from './record-library.ts';

/** The first 9,999 hits and no more: `retstart` is refused beyond 9,998 and `retmax` clamped. */
const WALL = 9_999;

export function answerSearch(question: Question): Answer {
  const { params, library, history } = question;
  const isJson = params.get('retmode') === 'json';
  const term = (params.get('term') ?? '').trim();
  if (params.get('db') !== 'pubmed') return refuse(isJson, `Invalid db name specified: ${params.get('db')}`);
  if (term === '') return refuse(isJson, 'Empty term and query_key - nothing todo');
  const start = Number(params.get('retstart') ?? 0);
  if (start > WALL - 1) return toWallAnswer(isJson);

  const found = evaluateQuery(term, library);
  const hits = sort(inPeriod(found.records, params), params.get('sort'));
  const asked = Number(params.get('retmax') ?? 20);
  const allowed = Math.min(asked, WALL - start);
  const messages = hits.length === 0 ? ['No items found.'] : [];
  if (allowed < asked)
    messages.push(`Restrictions achieved. start and count adjusted to ${start}, ${allowed}`);
  const pmids = hits.slice(start, start + allowed).map(({ pmid }) => pmid);
  const place =
    params.get('usehistory') === 'y'
      ? history.put(
          hits.map(({ pmid }) => pmid),
          params.get('WebEnv') ?? null,
        )
      : null;
  const outcome = { found, total: hits.length, start, pmids, messages, place };
  return isJson ? toJson(outcome) : toXml(outcome);
}

interface Outcome {
  found: Found;
  total: number;
  start: number;
  pmids: number[];
  messages: string[];
  place: { webEnv: string; queryKey: number } | null;
}

function toJson({ found, total, start, pmids, messages, place }: Outcome): Answer {
  const missing = found.phrasesNotFound.length + found.fieldsNotFound.length > 0;
  return json({
    header: { type: 'esearch', version: '0.3' },
    esearchresult: {
      count: String(total),
      retmax: String(pmids.length),
      retstart: String(start),
      ...(place && { querykey: String(place.queryKey), webenv: place.webEnv }),
      idlist: pmids.map(String),
      translationset: [],
      querytranslation: found.translation,
      ...(missing && {
        errorlist: { phrasesnotfound: found.phrasesNotFound, fieldsnotfound: found.fieldsNotFound },
      }),
      ...(messages.length > 0 && {
        warninglist: { phrasesignored: [], quotedphrasesnotfound: [], outputmessages: messages },
      }),
    },
  });
}

function toXml({ found, total, start, pmids, messages, place }: Outcome): Answer {
  const list = (name: string, texts: string[]) =>
    texts.map((text) => `<${name}>${escapeXml(text)}</${name}>`).join('');
  const errors = list('PhraseNotFound', found.phrasesNotFound) + list('FieldNotFound', found.fieldsNotFound);
  return xml(
    `<eSearchResult><Count>${total}</Count><RetMax>${pmids.length}</RetMax><RetStart>${start}</RetStart>` +
      (place ? `<QueryKey>${place.queryKey}</QueryKey><WebEnv>${place.webEnv}</WebEnv>` : '') +
      `<IdList>\n${pmids.map((pmid) => `<Id>${pmid}</Id>\n`).join('')}</IdList><TranslationSet/>` +
      `<QueryTranslation>${escapeXml(found.translation)}</QueryTranslation>` +
      (errors && `<ErrorList>${errors}</ErrorList>`) +
      (messages.length > 0 ? `<WarningList>${list('OutputMessage', messages)}</WarningList>` : '') +
      '</eSearchResult>',
  );
}

function refuse(isJson: boolean, error: string): Answer {
  if (!isJson) return xml(`<eSearchResult><ERROR>${escapeXml(error)}</ERROR></eSearchResult>`);
  return json({ header: { type: 'esearch', version: '0.3' }, esearchresult: { ERROR: error } });
}

function toWallAnswer(isJson: boolean): Answer {
  const body = readBody('esearch_200_retstart_9999_RAW_NEWLINE.json');
  if (isJson) return { type: 'application/json', body };
  return refuse(false, "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998.");
}

/** `datetype`, `mindate`, `maxdate`, `reldate` is not there: it would need today. */
function inPeriod(records: LibraryRecord[], params: ReadonlyMap<string, string>): LibraryRecord[] {
  const [from, to] = [params.get('mindate'), params.get('maxdate')];
  if (from === undefined || to === undefined) return records;
  return records.filter(toDayMatch(params.get('datetype') ?? 'pdat', from, to));
}

function sort(records: LibraryRecord[], order: string | undefined): LibraryRecord[] {
  if (order !== 'pub_date') return records;
  return records.toSorted((one, other) => other.facts.publishedOn.localeCompare(one.facts.publishedOn));
}
