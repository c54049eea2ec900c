/** Records as NLM would write them, for what no real file holds. */
export interface ArticleFacts {
  pmid: number;
  version?: number;
  title?: string;
  abstract?: string;
  /** Inside `PublicationTypeList`. */
  publicationTypes?: string[];
  /** Inside `Journal`, before its issue and after it. Default: a title alone. */
  issn?: string;
  journal?: string;
  year?: number;
  /** Inside `Article`, behind the abstract, such as an `AuthorList`. */
  authors?: string;
  /** Beside the PMID, by their types. */
  ids?: Record<string, string>;
  /** Behind the ids of the record. */
  references?: string;
  /** Inside `MedlineCitation`, after the article. */
  more?: string;
}

export function articleXml({
  pmid,
  version = 1,
  title = `Title ${pmid}.`,
  abstract = `Abstract of ${pmid}.`,
  publicationTypes = ['Journal Article'],
  issn = '',
  journal = '<Title>Journal of tests</Title>',
  year = 2020,
  authors = '',
  ids = {},
  references = '',
  more = '',
}: ArticleFacts): string {
  const types = publicationTypes
    .map((type) => `<PublicationType UI="D000000">${type}</PublicationType>`)
    .join('');
  const others = Object.entries(ids)
    .map(([type, id]) => `<ArticleId IdType="${type}">${id}</ArticleId>`)
    .join('');
  return `<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="${version}">${pmid}</PMID>
<Article PubModel="Print"><Journal>${issn}<JournalIssue CitedMedium="Internet"><PubDate><Year>${year}</Year></PubDate></JournalIssue>
${journal}</Journal><ArticleTitle>${title}</ArticleTitle>
<Abstract><AbstractText>${abstract}</AbstractText></Abstract>${authors}<Language>eng</Language>
<PublicationTypeList>${types}</PublicationTypeList></Article>${more}</MedlineCitation><PubmedData>
<PublicationStatus>ppublish</PublicationStatus><ArticleIdList><ArticleId IdType="pubmed">${pmid}</ArticleId>${others}</ArticleIdList>${references}
</PubmedData></PubmedArticle>`;
}

export function deleteXml(...pmids: number[]): string {
  const list = pmids.map((pmid) => `<PMID Version="1">${pmid}</PMID>\n`).join('');
  return `<DeleteCitation>\n${list}</DeleteCitation>`;
}

export function setXml(...items: string[]): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n${items.join('\n')}\n</PubmedArticleSet>\n`;
}

/** The records of a file, cut out without the product's own splitter. */
export function cutRecords(xml: string): { pmid: string; version: number; text: string }[] {
  const texts = xml.match(/<Pubmed(Book)?Article>[\s\S]*?<\/Pubmed\1?Article>/g) ?? [];
  return texts.map((text) => {
    const [, version, pmid] = /<PMID Version="(\d+)">(\d+)</.exec(text) ?? [];
    if (pmid === undefined) throw new Error(`no PMID in ${text.slice(0, 100)}`);
    return { pmid, version: Number(version), text };
  });
}

/** The PMIDs that a file deletes. */
export function cutDeletions(xml: string): string[] {
  const [, list = ''] = /<DeleteCitation>([\s\S]*?)<\/DeleteCitation>/.exec(xml) ?? [];
  return [...list.matchAll(/>(\d+)<\/PMID>/g)].map(([, pmid]) => pmid ?? '');
}
