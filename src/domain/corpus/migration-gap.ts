/** Names of migrations in which a database and this release differ. */
export interface MigrationGap {
  /** This release has them, the database has not. */
  missing: readonly string[];
  /** A later release has applied them, and this one cannot work with them. */
  later: readonly string[];
}
