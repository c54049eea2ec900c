import assert from 'node:assert/strict';
import { test } from 'node:test';
import { corpusCheckpointCreate } from '../../src/tools/corpus-checkpoint-create.ts';
import { callTool } from '../support/corpus/call-tool.ts';
import { loadInto } from '../support/corpus/test-corpus.ts';
import { setXml } from '../support/pubmed/pubmed-xml.ts';
import { LATER, type NamedCorpus } from './named-records.ts';

/** Filters by name, and how they bound what a question names. The last test adds a record. */
export function testFoundByFilters(named: NamedCorpus): void {
  const { find, search } = named;

  test('filters name authors, PMIDs, years and journals', async () => {
    const cases: [filters: Record<string, unknown>, pmids: number[]][] = [
      [{ authors: ['Carbone DP'] }, [1]],
      [{ authors: ['carbone, david p.'] }, [1]],
      [{ authors: ['Smith'] }, [3, 4]],
      [{ authors: ['Smith JA', 'muller-schmidt'] }, [1, 3]],
      [{ authors: ['northern lung cancer study group'] }, [4]],
      [{ pmids: ['20000003', 20_000_005] }, [3, 5]],
      [{ year_from: 2021 }, [4, 5]],
      [{ year_from: 2016, year_to: 2019 }, [1]],
      [{ year_to: 2018 }, [7, 8]],
      [{ year_from: 2019, year_to: 2020, date_from: '2020-02' }, [2, 3]],
      [{ journals: ['Annals of Science and Justice'] }, [1]],
      [{ journals: ['The annals of science & justice (London, England)'] }, [1]],
      [{ journals: ['Ann Sci Justice'] }, [1]],
      [{ journals: ['1234-567x'] }, [1]],
      [{ journals: ['1234567X'] }, [1]],
    ];
    for (const [filters, pmids] of cases) {
      assert.deepEqual((await find('heart', { filters })).sort(), pmids, JSON.stringify(filters));
    }
  });

  test('a name that nothing has gets the nearest ones, with how many documents have each', async () => {
    const cases: [filters: Record<string, unknown>, told: RegExp][] = [
      [{ mesh: ['Myocardial Infraction'] }, /nearest are myocardial infarction \(1\)\.$/],
      [{ journals: ['Journal of test'] }, /nearest are journal of tests \(6\)/],
      [{ authors: ['Smithe J'] }, /nearest are smith j \(2\)/],
      [{ authors: ['Carbone XY'] }, /nearest are carbone/],
      [{ languages: ['englisch'] }, /nearest are english \(\d\)\.$/],
      [{ languages: ['Enlgish'] }, /nearest are english \(\d\)\.$/],
      [{ publication_types: ['Journal Articel'] }, /nearest are journal article \(\d\)/],
      [
        { mesh: ['gabapentinoids'] },
        /\. 1 record holds it as words: ask for "gabapentinoids" in the query\.$/,
      ],
      [{ mesh: ['"Acetylsalicylic Acid"'] }, /1 record holds it as words/],
      [{ mesh: ['people'] }, /2 records hold it as words/],
      [{ mesh: ['%_* ‘q'] }, /descriptors go by name or UI/],
    ];
    for (const [filters, told] of cases) {
      const { warnings } = await search('heart', { filters });
      assert.match(warnings.join('\n'), told);
    }
  });

  test('of several names, each that nothing has is told, also where the others find something', async () => {
    const cases: [filters: Record<string, unknown>, told: RegExp[]][] = [
      [
        { publication_types: ['JA', 'Journal Articel', 'Journal Article'] },
        [/publication type JA, Journal Articel; nearest are journal article \(\d\)\.$/],
      ],
      [{ journals: ['JT', 'Journal of Tests'] }, [/the journal JT; nearest are journal of tests \(\d\)/]],
      [
        { authors: ['Smithe J', 'Carbone DP', 'Nobody Q'] },
        [/the author Smithe J, Nobody Q; nearest are smith j \(2\)/],
      ],
      [{ pmids: [20_000_001, 29_999_999] }, [/the PMID 29999999; pubmed\.get/]],
      [{ publication_types: ['Journal Article', 'journal article'] }, []],
      [
        { authors: ['Carbone DP', 'Nobody Q'], mesh: ['Unicorns', 'Myocardial Infarction'] },
        [/the author Nobody Q;/, /the MeSH descriptor Unicorns;/, /No stored record meets all the filters/],
      ],
    ];
    for (const [filters, told] of cases) {
      const { warnings } = await search('people', { filters });
      assert.equal(warnings.length, told.length, warnings.join('\n'));
      for (const [at, sentence] of told.entries()) assert.match(warnings[at] ?? '', sentence);
    }
  });

  test('filters hold for what is named, and so does a checkpoint', async () => {
    assert.deepEqual(await find('PMID 20000001', { filters: { year_from: 2021, pmids: [20_000_001] } }), []);
    const { checkpoint_id } = await callTool(named.corpus, corpusCheckpointCreate, { name: 'before' });
    await loadInto(named.corpus, await named.home.write('later.xml', setXml(LATER)));
    assert.deepEqual((await find('Carbone D')).slice(0, 2), [6, 1]);
    assert.deepEqual((await find('Carbone D', { checkpoint_id }))[0], 1);
    assert.ok(!(await find('20000006', { checkpoint_id })).includes(6));
    const filters = { authors: ['Carbone D'] };
    assert.deepEqual(await find('heart', { checkpoint_id, filters }), [1]);
  });
}
