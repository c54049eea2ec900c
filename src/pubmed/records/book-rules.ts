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
  ownIds,
  pagination,
  pmid,
  publicationType,
  referenceList,
  vernacularTitle,
} from './content-rules.ts';
import { type Attributes, group, plain, prose } from './element-rule.ts';
import { toPublishedDate } from './published-date.ts';

/**
 * Authors and editors of a chapter are kept apart from those of the book, `to-citation` decides
 * whose they are.
 */
const book = group({
  Publisher: group({
    PublisherName: prose((draft, text) => {
      draft.book.publisher = text;
    }),
    PublisherLocation: prose((draft, text) => {
      draft.book.publisherLocation = text;
    }),
  }),
  BookTitle: prose((draft, text) => {
    draft.book.title = text;
  }),
  PubDate: date((draft) => {
    draft.book.published = toPublishedDate(draft.currentDate);
  }),
  BeginningDate: date((draft) => {
    draft.book.began = toPublishedDate(draft.currentDate).year;
  }),
  EndingDate: date((draft) => {
    draft.book.ended = toPublishedDate(draft.currentDate).year;
  }),
  AuthorList: authorList((draft, attributes) => {
    if (isEditors(attributes)) return draft.book.editors;
    draft.book.authorsComplete = isComplete(attributes);
    return draft.book.authors;
  }),
  Volume: plain((draft, text) => {
    draft.journal.volume = text;
  }),
  Edition: plain((draft, text) => {
    draft.book.edition = text;
  }),
  // The first: others are those of other bindings.
  Isbn: plain((draft, text) => {
    draft.book.isbn ??= text;
  }),
  ELocationID: prose((draft, text, { EIdType: type, ValidYN: isValid }) => {
    if (type === 'doi' && isValid !== 'N') draft.book.doi ??= text;
  }),
  Medium: plain((draft, text) => {
    draft.book.medium = text;
  }),
});

const bookDocument = group(
  {
    PMID: pmid,
    // A direct child, so these are the record's own ids (its NBK accession).
    ArticleIdList: ownIds,
    Book: book,
    ArticleTitle: articleTitle,
    VernacularTitle: vernacularTitle,
    Pagination: pagination,
    Language: language,
    // A chapter's own editors are no authors of it; there is no place for them.
    AuthorList: authorList((draft, attributes) => {
      if (isEditors(attributes)) return [];
      draft.authorsComplete = isComplete(attributes);
      return draft.authors;
    }),
    PublicationType: publicationType,
    Abstract: abstract,
    KeywordList: keywordList,
    ContributionDate: date((draft) => {
      draft.book.contributed = toPublishedDate(draft.currentDate);
    }),
    DateRevised: dateRevised,
    GrantList: grantList,
    ReferenceList: referenceList,
  },
  {
    open: (draft) => {
      draft.kind = 'book';
    },
  },
);

export const pubmedBookArticle = group({
  BookDocument: bookDocument,
  PubmedBookData: group({ History: history, ArticleIdList: ownIds, ReferenceList: referenceList }),
});

function isEditors(attributes: Attributes): boolean {
  return attributes.Type === 'editors';
}
