import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cite, group, list, pages, person, valuesOf, writeArticle } from './written-record.ts';

// The tags: https://pubmed.ncbi.nlm.nih.gov/help/#pubmed-format
test('what NLM adds to a record has tags of its own', () => {
  const behind = `<CommentsCorrectionsList><CommentsCorrections RefType="CommentIn"><RefSource>J Tests. 2021;7(1):4.</RefSource>
    <PMID>7</PMID></CommentsCorrections></CommentsCorrectionsList><GeneSymbolList><GeneSymbol>lac</GeneSymbol></GeneSymbolList>
    <PersonalNameSubjectList><PersonalNameSubject><LastName>Darwin</LastName><ForeName>Charles</ForeName><Initials>C</Initials>
    </PersonalNameSubject></PersonalNameSubjectList><SupplMeshList><SupplMeshName Type="Disease">Test disease</SupplMeshName></SupplMeshList>
    <OtherID Source="NLM">PMC1</OtherID><OtherAbstract Type="Publisher" Language="ger"><AbstractText>Kurz.</AbstractText></OtherAbstract>
    <SpaceFlightMission>STS-55</SpaceFlightMission><InvestigatorList><Investigator ValidYN="Y"><LastName>Swan</LastName>
    <ForeName>Ada</ForeName><Initials>A</Initials><Suffix>Jr</Suffix><AffiliationInfo><Affiliation>Leeds.</Affiliation>
    </AffiliationInfo></Investigator></InvestigatorList><GeneralNote Owner="PIP">TJ: J TESTS.</GeneralNote>
    <NumberOfReferences>12</NumberOfReferences>`;
  const ids = '<ArticleId IdType="mid">NIHMS1</ArticleId>';
  const text = cite(writeArticle({ behind, ids }), 'nbib');
  const expected: [tag: string, value: string][] = [
    ['CIN', 'J Tests. 2021;7(1):4. PMID: 7'],
    ['OAB', 'Kurz.'],
    ['OABL', 'ger'],
    ['NM', 'Test disease'],
    ['PS', 'Darwin C'],
    ['FPS', 'Darwin, Charles'],
    ['GS', 'lac'],
    ['RF', '12'],
    ['MID', 'NIHMS1'],
    ['OID', 'NLM: PMC1'],
    ['GN', 'TJ: J TESTS.'],
    ['SFM', 'STS-55'],
    ['FIR', 'Swan, Ada Jr'],
    ['IR', 'Swan A Jr'],
    ['IRAD', 'Leeds.'],
  ];
  for (const [tag, value] of expected) assert.deepEqual(valuesOf(text, tag), [value], tag);
});

test('"et al." is one of the authors where the record names some', () => {
  const authors = list(person('Doe', 'Jane', 'J') + group('Test Group'), { isComplete: false });
  const text = cite(writeArticle({ authors }), 'nbib');
  assert.deepEqual([valuesOf(text, 'AU'), valuesOf(text, 'CN')], [['Doe J', 'et al.'], ['Test Group']]);
  const nobody = cite(writeArticle({ authors: list('', { isComplete: false }) }), 'nbib');
  assert.deepEqual(valuesOf(nobody, 'AU'), []);
});

// As PubMed prints them: "IS  - 1573-4935 (Electronic)", "GR  - P30 CA008748/CA/NCI NIH HHS/United States".
test('ISSNs have their kind, grants their acronym, and a location stands beside pages', () => {
  const grant =
    '<GrantID>P30 CA1</GrantID><Acronym>CA</Acronym><Agency>NCI NIH HHS</Agency><Country>United States</Country>';
  const bytes = writeArticle({
    place: `${pages('11-9')}<ELocationID EIdType="pii" ValidYN="Y">e12</ELocationID>`,
    rest: `<GrantList><Grant>${grant}</Grant></GrantList>`,
  });
  const text = cite(bytes, 'nbib');
  assert.deepEqual(valuesOf(text, 'IS'), ['1234-5679 (Electronic)', '0140-6736 (Linking)']);
  assert.deepEqual(valuesOf(text, 'GR'), ['P30 CA1/CA/NCI NIH HHS/United States']);
  assert.deepEqual([valuesOf(text, 'PG'), valuesOf(text, 'LID')], [['11-9'], ['e12 [pii]']]);
});

// PubMed on 37118429: "PG  - 327-345", "SO  - Nat Aging. 2023 Mar;3(3):327-345. doi: …".
test('the source has the pages as the record has them', () => {
  for (const sent of ['327-345', '327-45', 'S151-S153', 'e00123-20']) {
    const text = cite(writeArticle({ place: pages(sent) }), 'nbib');
    assert.deepEqual(valuesOf(text, 'PG'), [sent]);
    assert.deepEqual(valuesOf(text, 'SO'), [`J Tests. 2020 Jan;6(2):${sent}.`]);
  }
});

test('a chapter has its label, and the titles of volume and collection', () => {
  const text = cite(
    Buffer.from(`<PubmedBookArticle><BookDocument><PMID>1</PMID><Book><BookTitle>On tests</BookTitle><VolumeTitle>Theory</VolumeTitle>
      <CollectionTitle>Test Reviews</CollectionTitle></Book><LocationLabel Type="chapter">Chapter 2</LocationLabel>
      <ArticleTitle>A title</ArticleTitle></BookDocument></PubmedBookArticle>`),
    'nbib',
  );
  const tags = ['BTI', 'CP', 'VTI', 'CTI'];
  assert.deepEqual(
    tags.map((tag) => valuesOf(text, tag)),
    [['On tests'], ['Chapter 2'], ['Theory'], ['Test Reviews']],
  );
});

// PubMed's record 19358578: "MHDA- 2009/09/15 06:00", "PMCR- 2010/06/05"; 13054692: "OT  - *NUCLEIC ACIDS".
test('a main keyword has a star, the conflicts of interest follow, and a release in PubMed Central its day', () => {
  const behind = `<KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="Y">liver</Keyword><Keyword MajorTopicYN="N">mice</Keyword>
    </KeywordList><CoiStatement>None.</CoiStatement>`;
  const text = cite(writeArticle({ behind, history: 'pmc-release' }), 'nbib');
  assert.match(text, /\nOTO - NOTNLM\nOT {2}- \*liver\nOT {2}- mice\nCOIS- None\.\n/);
  assert.deepEqual(valuesOf(text, 'PMCR'), ['2021/03/05']);
  assert.deepEqual(valuesOf(text, 'PHST'), ['2021/03/05 00:00 [pmc-release]']);
});
