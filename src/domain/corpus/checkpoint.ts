/** A frozen membership of the corpus: the revisions that were live at one sequence number. Never changed. */
export interface Checkpoint {
  /** A UUID. */
  checkpointId: string;
  name: string;
  description: string | null;
  /** What the corpus was gathered by, in the words of whoever froze it. */
  primaryQueries: readonly string[];
  parentCheckpointId: string | null;
  /** The last sequence number that was given when it was made. */
  sequence: number;
  /** How many documents it holds. */
  documentCount: number;
  /** RFC 3339. */
  createdAt: string;
}

export type NewCheckpoint = Pick<
  Checkpoint,
  'name' | 'description' | 'primaryQueries' | 'parentCheckpointId'
>;
