/** One thing that is wrong with the settings. */
export interface Problem {
  /** Dotted path of the setting; empty for a whole file. */
  readonly path: string;
  /** What was expected, the shape of what was given, and how to mend it. Never a value. */
  readonly message: string;
  /** Where it was given: `feedlake.yaml:12`, a variable's name, a flag, `code`, or `default`. */
  readonly origin: string;
}

/** The settings can't be used: everything that is wrong with them, at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    const lines = problems.map(({ path, message, origin }) =>
      path === '' ? `  ${origin}: ${message}` : `  ${path} (${origin}): ${message}`,
    );
    super([`${count} in the settings`, ...lines].join('\n'));
    this.problems = problems;
  }
}
