/** What a word may go on as, at most a hundred of them. */
export interface Completion {
  values: readonly string[];
  hasMore: boolean;
}

export const NO_COMPLETION: Completion = { values: [], hasMore: false };
