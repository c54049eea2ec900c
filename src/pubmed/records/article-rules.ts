import {
  abstract,
  articleTitle,
  authorList,
  date,
  dateRevised,
  grantList,
  history,
  isComplete,
  keywordList,
  language,
  otherAbstract,
  ownIds,
  pagination,
  pmid,
  publicationType,
  referenceList,
  vernacularTitle,
} from './content-rules.ts';
import { type Attributes, findAttribute, group, plain, prose } from './element-rule.ts';
import { toIsoDate, toPublishedDate } from './published-date.ts';

/** NLM writes this where a substance has no registry number. */
const NO_REGISTRY_NUMBER = '0';
/** NLM's PublicationStatus of an article that has no issue yet. */
const AHEAD_OF_PRINT = 'aheadofprint';

/** The date of the issue. The electronic one is another date and never mixed in. */
const issueDate = date((draft) => {
  draft.published = toPublishedDate(draft.currentDate);
});

const onlineDate = date((draft, _text, attributes) => {
  // The DTD takes a date without a type for an electronic one, and has no other type.
  if ((findAttribute(attributes, 'DateType') ?? 'Electronic') !== 'Electronic') return;
  draft.publishedOnline = toIsoDate(toPublishedDate(draft.currentDate));
});

const journal = group({
  ISSN: plain((draft, text) => {
    draft.journal.issn = text;
  }),
  JournalIssue: group({
    Volume: plain((draft, text) => {
      draft.journal.volume = text;
    }),
    Issue: plain((draft, text) => {
      draft.journal.issue = text;
    }),
    PubDate: issueDate,
  }),
  Title: prose((draft, text) => {
    draft.journal.title = text;
  }),
  ISOAbbreviation: prose((draft, text) => {
    draft.journal.iso_abbreviation = text;
  }),
});

/** The DTD takes a location without ValidYN for a valid one. */
const location = prose((draft, text, { EIdType: type, ValidYN: isValid }) => {
  if (isValid === 'N') {
    if (type === 'doi') draft.wrongDois.add(text);
  } else if (type === 'doi') draft.locationDoi ??= text;
  else if (type === 'pii') draft.locationPii ??= text;
});

const articleParts = {
  Journal: journal,
  ArticleTitle: articleTitle,
  VernacularTitle: vernacularTitle,
  Pagination: pagination,
  ELocationID: location,
  Abstract: abstract,
  AuthorList: authorList((draft, attributes) => {
    draft.authorsComplete = isComplete(attributes);
    return draft.authors;
  }),
  ArticleDate: onlineDate,
  Language: language,
  GrantList: grantList,
  PublicationTypeList: group({ PublicationType: publicationType }),
};

const article = group(articleParts, {
  open: (draft, attributes) => {
    draft.publicationModel = findAttribute(attributes, 'PubModel');
  },
});

const chemicalList = group({
  Chemical: group(
    {
      RegistryNumber: plain((draft, text) => {
        draft.currentChemical.registry_number = text === NO_REGISTRY_NUMBER ? null : text;
      }),
      NameOfSubstance: prose((draft, text, attributes) => {
        draft.currentChemical.name = text;
        draft.currentChemical.ui = findAttribute(attributes, 'UI');
      }),
    },
    {
      open: (draft) => {
        draft.currentChemical = { name: '', registry_number: null, ui: null };
      },
      close(draft) {
        if (draft.currentChemical.name !== '') draft.chemicals.push(draft.currentChemical);
      },
    },
  ),
});

const meshHeadingList = group({
  MeshHeading: group({
    DescriptorName: prose((draft, text, attributes) => {
      const { major, name, ui } = toMeshTerm(text, attributes);
      draft.mesh.push({ major, name, qualifiers: [], ui });
    }),
    QualifierName: prose((draft, text, attributes) => {
      draft.mesh.at(-1)?.qualifiers.push(toMeshTerm(text, attributes));
    }),
  }),
});

const commentsCorrectionsList = group({
  CommentsCorrections: group(
    {
      RefSource: prose((draft, text) => {
        draft.currentCorrection.citation = text;
      }),
      PMID: plain((draft, text) => {
        draft.currentCorrection.pmid = text;
      }),
    },
    {
      open(draft, attributes) {
        draft.currentCorrection = {
          citation: null,
          pmid: null,
          type: findAttribute(attributes, 'RefType') ?? '',
        };
      },
      close(draft) {
        const { type, pmid: linked, citation } = draft.currentCorrection;
        if (type === 'Cites') draft.cited.push({ citation, doi: null, pmid: linked });
        else draft.corrections.push(draft.currentCorrection);
      },
    },
  ),
});

/** Both the body of an article and, before 2017, a whole record. */
export const medlineCitation = group(
  {
    PMID: pmid,
    DateRevised: dateRevised,
    Article: article,
    MedlineJournalInfo: group({
      NlmUniqueID: plain((draft, text) => {
        draft.journal.nlm_id = text;
      }),
      ISSNLinking: plain((draft, text) => {
        draft.linkingIssn = text;
      }),
    }),
    ChemicalList: chemicalList,
    CommentsCorrectionsList: commentsCorrectionsList,
    MeshHeadingList: meshHeadingList,
    OtherAbstract: otherAbstract,
    KeywordList: keywordList,
  },
  {
    open: (draft) => {
      draft.kind = 'article';
    },
  },
);

export const pubmedArticle = group({
  MedlineCitation: medlineCitation,
  PubmedData: group({
    History: history,
    PublicationStatus: plain((draft, text) => {
      draft.aheadOfPrint = text.toLowerCase() === AHEAD_OF_PRINT;
    }),
    ArticleIdList: ownIds,
    ReferenceList: referenceList,
  }),
});

function toMeshTerm(name: string, attributes: Attributes) {
  return { major: attributes.MajorTopicYN === 'Y', name, ui: findAttribute(attributes, 'UI') };
}
