import type { Abstract, AbstractSection } from '../../domain/document/document.ts';
import { isDoi, toBareDoi } from '../../domain/document/doi.ts';
import { toSectionText } from '../../domain/document/section-text.ts';
import type { CitationDraft } from './citation-draft.ts';
import { toEmptyAuthor } from './citation-draft.ts';
import { type Attributes, type ElementRule, findAttribute, group, plain, prose } from './element-rule.ts';
import { toIsoDay } from './published-date.ts';
import { toReaderText } from './reader-text.ts';

/* Parts that articles and books have in common. */

const ORCID = /(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])(?![\dX])/i;
/** What the DTD says of an OtherAbstract that names no language. */
const DEFAULT_LANGUAGE = 'eng';

export const pmid = plain((draft, text, attributes) => {
  draft.pmid ??= text;
  draft.version = Number(findAttribute(attributes, 'Version') ?? 1) || 1;
});

export const articleTitle = prose((draft, text) => {
  draft.title = text;
});

export const vernacularTitle = prose((draft, text) => {
  draft.vernacularTitle = text;
});

export const language = plain((draft, text) => {
  draft.languages.push(text);
});

export const publicationType = plain(
  (draft, text, attributes) =>
    void draft.publicationTypes.push({ name: text, ui: findAttribute(attributes, 'UI') }),
);

export const keywordList = group({
  Keyword: prose((draft, text) => {
    draft.keywords.push(text);
  }),
});

export const pagination = group({
  MedlinePgn: plain((draft, text) => {
    draft.journal.pages = text;
  }),
  StartPage: plain((draft, text) => {
    draft.startPage = text;
  }),
  EndPage: plain((draft, text) => {
    draft.endPage = text;
  }),
});

/** Fills `currentDate`; `close` takes it from there. */
export function date(close: ElementRule['close'], when: ElementRule['when'] = null): ElementRule {
  const pieces = {
    Year: plain((draft, text) => {
      draft.currentDate.year = text;
    }),
    Month: plain((draft, text) => {
      draft.currentDate.month = text;
    }),
    Day: plain((draft, text) => {
      draft.currentDate.day = text;
    }),
    Season: plain((draft, text) => {
      draft.currentDate.season = text;
    }),
    MedlineDate: plain((draft, text) => {
      draft.currentDate.medlineDate = text;
    }),
  };
  return group(pieces, {
    when,
    close,
    open: (draft) => {
      draft.currentDate = {};
    },
  });
}

export const dateRevised = date((draft) => {
  draft.revisedOn = toIsoDay(draft.currentDate);
});

/** The day a record entered Entrez; the other stations of its history are not kept. */
export const history = group({
  PubMedPubDate: date(
    (draft) => {
      draft.entrezDate ??= toIsoDay(draft.currentDate);
    },
    (attributes) => attributes.PubStatus === 'entrez',
  ),
});

const abstractText = prose((draft, text, attributes) => {
  const label = findAttribute(attributes, 'Label');
  draft.currentSections.push({
    category: findAttribute(attributes, 'NlmCategory'),
    label: label === null ? null : toReaderText(label),
    text,
  });
});

export const abstract = group(
  { AbstractText: abstractText },
  {
    open: (draft) => {
      draft.currentSections = [];
    },
    close: (draft) => {
      draft.abstract = toAbstract(draft.currentSections);
    },
  },
);

export const otherAbstract = group(
  { AbstractText: abstractText },
  {
    open: (draft) => {
      draft.currentSections = [];
    },
    close(draft, _text, attributes) {
      const read = toAbstract(draft.currentSections);
      if (read === null) return;
      draft.otherAbstracts.push({
        language: findAttribute(attributes, 'Language') ?? DEFAULT_LANGUAGE,
        ...read,
      });
    },
  },
);

const affiliation = prose((draft, text) => {
  draft.currentAuthor.affiliations.push(text);
});

const author = group(
  {
    LastName: prose((draft, text) => {
      draft.currentAuthor.last_name = text;
    }),
    ForeName: prose((draft, text) => {
      draft.currentAuthor.fore_name = text;
    }),
    // Before 2002 the fore name was called so.
    FirstName: prose((draft, text) => {
      draft.currentAuthor.fore_name ??= text;
    }),
    Initials: plain((draft, text) => {
      draft.currentAuthor.initials = text;
    }),
    Suffix: prose((draft, text) => {
      draft.currentAuthor.suffix = text;
    }),
    CollectiveName: prose((draft, text) => {
      draft.currentAuthor.collective_name = text;
    }),
    Identifier: plain(
      (draft, text) => {
        draft.currentAuthor.orcid ??= findOrcid(text);
      },
      (attributes) => attributes.Source === 'ORCID',
    ),
    // Before 2015 the one affiliation stood in the author itself.
    Affiliation: affiliation,
    AffiliationInfo: group({ Affiliation: affiliation }),
  },
  {
    open: (draft, attributes) => {
      draft.currentAuthor = toEmptyAuthor({ isMisspelt: attributes.ValidYN === 'N' });
    },
    close(draft) {
      const read = draft.currentAuthor;
      if (read.last_name ?? read.fore_name ?? read.initials ?? read.collective_name)
        draft.currentAuthors.push(read);
    },
  },
);

/**
 * `choose` says where the authors of this list belong. Those with ValidYN="N" are kept in their place, and
 * marked.
 */
export function authorList(
  choose: (draft: CitationDraft, attributes: Attributes) => CitationDraft['authors'],
): ElementRule {
  return group(
    { Author: author },
    {
      open: (draft, attributes) => {
        draft.currentAuthors = choose(draft, attributes);
      },
    },
  );
}

/** Whether the list names all authors that the work has. */
export function isComplete(attributes: Attributes): boolean {
  return attributes.CompleteYN !== 'N';
}

export const grantList = group({
  Grant: group(
    {
      GrantID: plain((draft, text) => {
        draft.currentGrant.id = text;
      }),
      Agency: prose((draft, text) => {
        draft.currentGrant.agency = text;
      }),
      Country: plain((draft, text) => {
        draft.currentGrant.country = text;
      }),
    },
    {
      open: (draft) => {
        draft.currentGrant = { agency: null, country: null, id: null };
      },
      close: (draft) => {
        draft.grants.push(draft.currentGrant);
      },
    },
  ),
});

/** The record's own ids: of each type the first, and of what is sent as a DOI the first that can be one. */
export const ownIds = group({
  // Prose, since some publishers escape twice: "15:1&lt;114::AID-HUMU21&gt;3.0.CO;2-4".
  ArticleId: prose((draft, text, attributes) => {
    const type = toIdType(attributes);
    const before = draft.ids.get(type);
    const isBetter =
      type === 'doi' && before !== undefined && !isDoi(toBareDoi(before)) && isDoi(toBareDoi(text));
    if (before === undefined || isBetter) draft.ids.set(type, text);
  }),
});

const referenceId = plain((draft, text, attributes) => {
  const type = toIdType(attributes);
  if (type === 'pubmed') draft.currentReference.pmid ??= text;
  else if (type === 'doi') draft.currentReference.doi ??= toBareDoi(text);
});

/** Lists may hold lists (a chapter's, a supplement's): all references come out in reading order. */
export const referenceList = group({
  Reference: group(
    {
      Citation: prose((draft, text) => {
        draft.currentReference.citation = text;
      }),
      ArticleIdList: group({ ArticleId: referenceId }),
    },
    {
      open: (draft) => {
        draft.currentReference = { citation: null, doi: null, pmid: null };
      },
      close: (draft) => {
        draft.references.push(draft.currentReference);
      },
    },
  ),
});
referenceList.children.set('ReferenceList', referenceList);

function toAbstract(sections: AbstractSection[]): Abstract | null {
  if (sections.length === 0) return null;
  return { sections, text: sections.map(toSectionText).join('\n\n') };
}

/** The DTD takes an id without a type for a PubMed one. */
function toIdType(attributes: Attributes): string {
  return (findAttribute(attributes, 'IdType') ?? 'pubmed').toLowerCase();
}

function findOrcid(text: string): string | null {
  const match = ORCID.exec(text);
  return match === null ? null : match.slice(1).join('-').toUpperCase();
}
