/** PMIDs of one line: some 100 kB before compression. */
export const PMIDS_A_LINE = 10_000;
