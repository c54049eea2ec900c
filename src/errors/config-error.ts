/**
 * One or more settings cannot be used; the process ends with code 2. Names settings, never
 * repeats their values.
 */
export class ConfigError extends Error {
  /** One sentence a setting. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
