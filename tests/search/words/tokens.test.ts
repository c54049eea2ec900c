import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { stem } from 'porter2';
import { foldText } from '../../../src/search/words/fold-text.ts';
import { toPassageWords } from '../../../src/search/words/passage-words.ts';
import { toUsualSpelling } from '../../../src/search/words/spellings.ts';
import { toToken } from '../../../src/search/words/tokens.ts';
import { openPostgres } from '../../../src/store/database/database.ts';
import { createTestPostgres } from '../../support/postgres/databases.ts';

const SAMPLE = new URL('../../../data/sample-1000.xml.gz', import.meta.url);
/** Porter 2 of 2024 has them otherwise than the Snowball of PostgreSQL. */
const NEWER = new Set(['added', 'adding']);

describe('stems', () => {
  test('every word of a thousand records has the stem that PostgreSQL gives it', async () => {
    const text = gunzipSync(await readFile(SAMPLE)).toString('utf8');
    const words = [...new Set(text.toLowerCase().match(/[a-z]+/g))];
    await using database = await openPostgres({ url: await createTestPostgres(), max: 1 });
    await sql`create text search dictionary plain (template = snowball, language = english)`.execute(
      database.kysely,
    );
    const { rows } = await sql<{ word: string; stem: string }>`
      select word, (ts_lexize('plain', word))[1] as stem from unnest(${words}::text[]) word`.execute(
      database.kysely,
    );

    const different = rows.filter((row) => stem(row.word) !== row.stem && !NEWER.has(row.word));

    assert.ok(rows.length > 10_000);
    assert.deepEqual(different, []);
  });

  test('words with other signs than a–z stay as they are, and sequences are cut', () => {
    assert.deepEqual(['il6', 'α', 'ab', ''].map(toToken), ['il6', 'α', 'ab', '']);
    assert.equal(toToken('acgt'.repeat(100)).length, 100);
  });
});

describe('folding', () => {
  test('brings signs of one meaning together, and leaves case alone', () => {
    const folded = {
      'Naïve, Ménière, Łódź': 'Naive, Meniere, lodz',
      'Straße ﬁnding H₂O CO₂ 10⁶': 'Strasse finding H2O CO2 106',
      '５-HT Ⅲ': '5-HT III',
      'µ-opioid μ-opioid Μ': 'mu-opioid mu-opioid mu',
      'TNFα IFN-γ NFκB Δ9 β2 γδ': 'TNF-alpha IFN-gamma NF-kappa-B delta-9 beta-2 gamma-delta',
      'ς ϕ 𝛼 Ω': 'sigma phi alpha omega',
      'της υγείας': 'της υγειας',
    };
    for (const [text, expected] of Object.entries(folded)) assert.equal(foldText(text), expected);
  });
});

describe('British spelling', () => {
  const pairs = `haemorrhage hemorrhage, anaemia anemia, leukaemic leukemic, ischaemia ischemia, haematology hematology,
    septicaemia septicemia, oedema edema, oesophageal esophageal, oestrogen estrogen, foetal fetal, diarrhoea diarrhea,
    dyspnoea dyspnea, apnoea apnea, coeliac celiac, paediatric pediatric, orthopaedic orthopedic, gynaecology gynecology,
    anaesthesia anesthesia, paraesthesia paresthesia, aetiology etiology, caecum cecum, faecal fecal, caesarean cesarean,
    tumour tumor, tumours tumors, colour color, behavioural behavioral, favourable favorable, labour labor, odour odor,
    randomised randomized, randomisation randomization, hospitalised hospitalized, characterising characterizing,
    utilisation utilization, immunised immunized, sensitisation sensitization, ionising ionizing, minimise minimize,
    metastasised metastasized, synthesised synthesized, analysed analyzed, hydrolysed hydrolyzed, dialysed dialyzed,
    centre center, centres centers, centred centered, fibre fiber, titre titer, litres liters, goitre goiter,
    sulphate sulfate, leucocyte leukocyte, leucopenia leukopenia, catalogue catalog, analogues analogs, programme program,
    ageing aging, judgement judgment, labelled labeled, modelling modeling, signalling signaling, counselling counseling,
    defence defense, enrolment enrollment, fulfilment fulfillment, aluminium aluminum, grey gray, mould mold, disc disk,
    artefact artifact, manoeuvre maneuver, homoeopathy homeopathy, amoebic amebic, archaea archea, spirochaete spirochete,
    phaeochromocytoma pheochromocytoma, chimaera chimera, leucodystrophy leukodystrophy, leukaemia leukemia,
    gastrooesophageal gastroesophageal, transoesophageal transesophageal, angiooedema angioedema, phytooestrogen phytoestrogen,
    fibreoptic fiberoptic, centring centering, generalisability generalizability, pyrolysed pyrolyzed, practised practiced,
    licence license, orthologue ortholog, catalogued cataloged, skilful skillful, sceptical skeptical, molluscs mollusks,
    speciality specialty, disorientated disoriented, smouldering smoldering, enquiry inquiry, caesarian cesarean,
    gonadotrophin gonadotropin, distension distention, neurones neurons, haem heme, savour savor, sulphydryl sulfhydryl,
    cephalosporin cefalosporin, amoxycillin amoxicillin, ciclosporin cyclosporine, acyclovir aciclovir,
    beclomethasone beclometasone, indomethacin indometacin, frusemide furosemide, rifampicin rifampin`;
  const words = pairs.split(',').map((pair) => pair.trim().split(/\s+/));

  test('is read as American spelling is', () => {
    const different = words.filter(([british = '', american = '']) => toToken(british) !== toToken(american));
    assert.deepEqual(different, []);
  });

  test('words that only look British stay', () => {
    const stay =
      'exercise precise advised comprised revised excised supervised hour four course disease increase arthritis basis ' +
      'diagnosis analysis analyses were figure there score tissue controlled filling cell excellence preference science ' +
      'does aerobic larvae sodium discover leucine collagen leucovorin neurotrophin schaeffer michael loess guest';
    const changed = stay.split(' ').filter((word) => toUsualSpelling(word) !== word);
    assert.deepEqual(changed, []);
  });
});

describe('plurals that are not English', () => {
  const pairs = `metastasis metastases, bacterium bacteria, mycobacterium mycobacteria, diagnosis diagnoses, prognosis prognoses,
    thrombosis thromboses, analysis analyses, hypothesis hypotheses, crisis crises, axis axes, testis testes, pelvis pelves,
    arthritis arthritides, vasculitis vasculitides, epididymis epididymides, iris irides, bacillus bacilli, lactobacillus lactobacilli,
    staphylococcus staphylococci, fungus fungi, nucleus nuclei, thrombus thrombi, alveolus alveoli, stimulus stimuli, locus loci,
    focus foci, glomerulus glomeruli, bronchus bronchi, microvillus microvilli, uterus uteri, naevus nevi, ovum ova, serum sera,
    septum septa, atrium atria, mitochondrion mitochondria, ganglion ganglia, criterion criteria, phenomenon phenomena,
    spermatozoon spermatozoa, protozoan protozoa, diverticulum diverticula, epithelium epithelia, spectrum spectra, corpus corpora,
    genus genera, foramen foramina, carcinoma carcinomata, haematoma hematomata, stigma stigmata, vertebra vertebrae, larva larvae,
    index indices, appendix appendices, cortex cortices, matrix matrices, cervix cervices, varix varices, larynx larynges,
    thorax thoraces, femur femora, mouse mice, woman women, man men, child children, tooth teeth, foot feet, leaf leaves,
    lens lenses, taxon taxa, phylum phyla, cilium cilia, plasmodium plasmodia, mrna mrnas, caecum caeca`;

  test('are read as their singulars are', () => {
    const words = pairs.split(',').map((pair) => pair.trim().split(/\s+/));
    const different = words.filter(([one = '', many = '']) => toToken(one) !== toToken(many));
    assert.deepEqual(different, []);
  });

  test('verbs of the same stem meet them, and other words do not', () => {
    assert.equal(toToken('diagnosed'), toToken('diagnosis'));
    assert.equal(toToken('synthesised'), toToken('synthesis'));
    const others =
      'basis base, thesis these, testes test, ketosis ketose, larva lava, genesis gene, phosphoinositide phosphoinositis, ' +
      'minus mini, virus viral, peptides peptis, pylorus pylori, leaves leave, lens len, media medium, specimen specimenan, ' +
      'diseases disease-s, guest gust, loess loss, michael michel, indices indicate, fibula fibulum';
    const same = others
      .split(', ')
      .map((pair) => pair.split(' '))
      .filter(([one = '', other = '']) => toToken(one) === toToken(other));
    assert.deepEqual(same, []);
  });
});

describe('words of a passage', () => {
  const read = (text: string, title = '') => toPassageWords(title, { section: null, text });

  test('stand in reading order by their stem, then the names of several parts', () => {
    assert.equal(
      read('Naïve T-cells express β-catenin and IL-6 (BRCA1).'),
      'naiv t cell express beta catenin and il 6 brca1 tcell betacatenin il6 naivet',
    );
    assert.equal(read("Crohn's and Alzheimer’s disease"), 'crohn and alzheim diseas');
    assert.equal(read(' — \u0301'), '');
  });

  test('those of the title stand there three times, and once more where the title is the passage', () => {
    assert.equal(read('Sleep.', 'IL-6 rose'), 'il 6 rose il 6 rose il 6 rose sleep il6');
    assert.equal(toPassageWords('Sleep', { section: 'TITLE', text: 'Sleep' }), 'sleep sleep sleep');
  });

  test('an article is no name, and neither is a decimal or a range', () => {
    for (const text of ['with hepatitis a large Trial', 'OR 1.25', 'aged 10-20', 'in 6 patients', 'mg/kg'])
      assert.doesNotMatch(read(text), /hepatitisa|or1|1020|in6|mgkg/, text);
  });
});
