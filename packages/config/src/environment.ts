/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process. The only place that reads it, so that nothing is configured behind the settings. */
export function environment(): Environment {
  return process.env;
}
