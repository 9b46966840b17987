/** An error as data: name, message, code and stack, and nothing else that may hang on it. */
export function plainError(error: Error): Record<string, unknown> {
  const { name, message, stack } = error;
  return { name, message, ...('code' in error ? { code: error.code } : {}), stack };
}
