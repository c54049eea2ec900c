import { openSuiteCorpus, type SuiteCorpus } from '../support/corpus/suite-corpus.ts';
import { loadInto, type TestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

export interface NamedCorpus extends SuiteCorpus {
  /** The last digits of the PMIDs that `rag.search` answers, in its order. */
  find(query: string, params?: Record<string, unknown>): Promise<number[]>;
}

function author(family: string, given: string, initials: string): string {
  return `<Author ValidYN="Y"><LastName>${family}</LastName><ForeName>${given}</ForeName><Initials>${initials}</Initials></Author>`;
}

const list = (...authors: string[]) => `<AuthorList CompleteYN="Y">${authors.join('')}</AuthorList>`;
const GROUP =
  '<Author ValidYN="Y"><CollectiveName>Northern Lung-Cancer Study Group.</CollectiveName></Author>';
/** Every other record speaks of what the questions name, so that words alone would find it first. */
const RECORDS = [
  articleXml({
    pmid: 20_000_001,
    title: 'Care after a heart attack.',
    abstract: 'People who had a heart attack were followed.',
    authors: list(author('Carbone', 'David P', 'DP'), author('Müller-Schmidt', 'Karl', 'K')),
    ids: { doi: '10.1000/ABC.(12)3', pmc: 'PMC7654321' },
    issn: '<ISSN IssnType="Electronic">1234-567X</ISSN>',
    journal:
      '<Title>The Annals of science &amp; justice (London, England)</Title><ISOAbbreviation>Ann. Sci. Justice</ISOAbbreviation>',
    year: 2019,
  }),
  articleXml({
    pmid: 20_000_002,
    title: 'Carbone, DP and Smith J: a comment on 20000001.',
    abstract: 'Carbone DP, Smith J, Quillfeather Z, PMC7654321, 10.1000/abc.(12)3, PMID 20000001, 2021.',
    authors: list(author('Doe', 'Jane', 'J')),
  }),
  articleXml({
    pmid: 20_000_003,
    title: 'Sleep.',
    authors: list(
      author('Smith', 'John Adam', 'JA'),
      author('O’Brien', 'Kim', 'K'),
      author('van der Berg', 'Jan', 'J'),
      author('van der Doe', 'Jan', 'J'),
    ),
    year: 2020,
  }),
  articleXml({
    pmid: 20_000_004,
    title: 'Rest.',
    authors: list(author('Smith', 'Jo', 'J'), author('Soerensen', 'Per', 'P'), GROUP),
    year: 2021,
  }),
  articleXml({
    pmid: 20_000_007,
    title: '[After the event].',
    abstract: 'People were followed.',
    authors: '<VernacularTitle>Nach dem Herzinfarkt.</VernacularTitle>',
    more:
      '<ChemicalList><Chemical><RegistryNumber>R16CO5Y76E</RegistryNumber><NameOfSubstance UI="D001241">Acetylsalicylic Acid</NameOfSubstance></Chemical></ChemicalList>' +
      '<MeshHeadingList><MeshHeading><DescriptorName UI="D009203" MajorTopicYN="Y">Myocardial Infarction</DescriptorName></MeshHeading></MeshHeadingList>' +
      '<KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">gabapentinoids</Keyword></KeywordList>',
    year: 2015,
  }),
  articleXml({
    pmid: 20_000_005,
    title: 'Hepatitis B vaccine.',
    abstract: 'Hepatitis B, a vaccine.',
    year: 2021,
  }),
  // Long enough for several passages: what the first speaks of is not in the last.
  articleXml({
    pmid: 20_000_008,
    title: 'Of the urinary tract.',
    abstract: `Lithotripsy of stones was studied after o-cresol. ${'They were watched with great care and much patience by us. '.repeat(90)} Mice were fed.`,
    authors: list(author('Li', 'Wei', 'W'), author('Garcia Lopez', 'Ana', 'A')),
    year: 2010,
  }),
];

/** Not loaded at first. */
export const LATER = articleXml({
  pmid: 20_000_006,
  title: 'New.',
  authors: list(author('Carbone', 'Dora', 'D')),
  year: 2022,
});

/** To be called within `describe`. */
export function openNamedCorpus(makeHome: () => Promise<TestHome>): NamedCorpus {
  const opened = openSuiteCorpus(makeHome, async (corpus, home) =>
    loadInto(corpus, await home.write('named.xml', setXml(...RECORDS))),
  );
  const find = async (query: string, params?: Record<string, unknown>) => {
    const { documents } = await opened.search(query, params);
    return documents.map(({ pmid }) => Number(pmid) - 20_000_000);
  };
  return Object.assign(opened, { find });
}
