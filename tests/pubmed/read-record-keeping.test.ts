import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRecordKeeping } from '../../src/pubmed/records/read-record-keeping.ts';

test('what NLM notes of a record is read, and nothing of the records that it names', () => {
  const xml = `<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="PIP"><PMID>990000001</PMID>
    <DateCompleted><Year>2004</Year><Month>7</Month><Day>29</Day></DateCompleted>
    <Article><Abstract><AbstractText>A.</AbstractText><CopyrightInformation>© 2004 <i>The</i> Authors.</CopyrightInformation></Abstract>
    <DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>
    <AccessionNumber>NCT01</AccessionNumber><AccessionNumber>NCT02</AccessionNumber></AccessionNumberList></DataBank></DataBankList>
    <GrantList><Grant><GrantID>R01 CA1</GrantID><Acronym>CA</Acronym><Agency>NCI NIH HHS</Agency><Country>United States</Country></Grant></GrantList>
    <Journal><ISSN IssnType="Electronic">1234-5679</ISSN></Journal><ELocationID EIdType="pii" ValidYN="Y">e12</ELocationID></Article>
    <MedlineJournalInfo><Country>England</Country><ISSNLinking>0140-6736</ISSNLinking></MedlineJournalInfo><CitationSubset>IM</CitationSubset><CitationSubset>N</CitationSubset>
    <OtherAbstract><CopyrightInformation>other</CopyrightInformation></OtherAbstract>
    <KeywordList Owner="NOTNLM"><Keyword>x</Keyword><Keyword MajorTopicYN="Y">y</Keyword></KeywordList><CoiStatement>None &amp; none.</CoiStatement>
    <InvestigatorList><Investigator ValidYN="Y"><LastName>Swan</LastName><ForeName>Ada B</ForeName><Initials>AB</Initials>
    <Suffix>Jr</Suffix><AffiliationInfo><Affiliation>Leeds.</Affiliation></AffiliationInfo></Investigator>
    <Investigator ValidYN="N"><LastName>Swann</LastName></Investigator></InvestigatorList>
    <PersonalNameSubjectList><PersonalNameSubject><LastName>Darwin</LastName><ForeName>Charles</ForeName><Initials>C</Initials>
    </PersonalNameSubject></PersonalNameSubjectList><SupplMeshList><SupplMeshName Type="Disease">Test disease</SupplMeshName></SupplMeshList>
    <GeneSymbolList><GeneSymbol>lac</GeneSymbol></GeneSymbolList><GeneralNote Owner="PIP">TJ: J TESTS.</GeneralNote>
    <SpaceFlightMission>STS-55</SpaceFlightMission><NumberOfReferences>12</NumberOfReferences>
    <OtherID Source="NLM">PMC1</OtherID></MedlineCitation>
    <PubmedData><History><PubMedPubDate PubStatus="received"><Year>2003</Year><Month>1</Month><Day>2</Day></PubMedPubDate>
    <PubMedPubDate PubStatus="pubmed"><Year>2004</Year><Month>6</Month><Day>23</Day><Hour>5</Hour><Minute>0</Minute></PubMedPubDate></History>
    <PublicationStatus>ppublish</PublicationStatus><ReferenceList><Reference><PublicationStatus>epublish</PublicationStatus></Reference>
    </ReferenceList></PubmedData></PubmedArticle>`;
  assert.deepEqual(readRecordKeeping(Buffer.from(xml)), {
    owner: 'PIP',
    status: 'MEDLINE',
    completedOn: '2004-07-29',
    history: [
      { name: 'received', at: '2003/01/02 00:00' },
      { name: 'pubmed', at: '2004/06/23 05:00' },
    ],
    publicationStatus: 'ppublish',
    subsets: ['IM', 'N'],
    country: 'England',
    keywordOwner: 'NOTNLM',
    mainKeywords: [false, true],
    copyright: '© 2004 The Authors.',
    conflictOfInterest: 'None & none.',
    accessions: ['ClinicalTrials.gov/NCT01', 'ClinicalTrials.gov/NCT02'],
    investigators: [
      { family: 'Swan', given: 'Ada B', initials: 'AB', suffix: 'Jr', affiliations: ['Leeds.'] },
    ],
    subjects: [{ family: 'Darwin', given: 'Charles', initials: 'C', suffix: null }],
    supplements: ['Test disease'],
    geneSymbols: ['lac'],
    generalNotes: ['TJ: J TESTS.'],
    spaceFlightMissions: ['STS-55'],
    referenceCount: '12',
    otherIds: ['NLM: PMC1'],
    issns: ['1234-5679 (Electronic)', '0140-6736 (Linking)'],
    grants: ['R01 CA1/CA/NCI NIH HHS/United States'],
    locations: ['e12'],
    chapter: null,
    volumeTitle: null,
    collectionTitle: null,
  });
});

test('a record that tells nothing of it has nothing', () => {
  const { history, owner, status, completedOn } = readRecordKeeping(
    Buffer.from('<MedlineCitation><PMID>1</PMID></MedlineCitation>'),
  );
  assert.deepEqual([history, owner, status, completedOn], [[], null, null, null]);
});

test('a statement is read whole around elements that are not PubMed’s, and keywords keep their marks', () => {
  const { conflictOfInterest, mainKeywords, copyright } = readRecordKeeping(
    Buffer.from(`<MedlineCitation><PMID>1</PMID><Article><Abstract><AbstractText>A.</AbstractText>
      <CopyrightInformation>© 2004 <link>The <i>Authors</i></link>, Leeds.</CopyrightInformation></Abstract></Article>
      <KeywordList><Keyword>TNF<x/></Keyword><Keyword MajorTopicYN="Y">liver</Keyword></KeywordList>
      <CoiStatement>A has shares.<break/>B has none.</CoiStatement></MedlineCitation>`),
  );
  assert.equal(conflictOfInterest, 'A has shares. B has none.');
  assert.equal(copyright, '© 2004 The Authors, Leeds.');
  assert.deepEqual(mainKeywords, [false, true]);
});
