const commentsAndDots = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\.\.\.,?/g;
const trailingCommas = /"(?:[^"\\]|\\.)*"|,(?=\s*[\]}])/g;

/**
 * JSON out of the JSON-like samples of documentation: without their comments, without the `...` that stands for more of
 * the same, and without commas before a closing bracket. Numbers and texts stay as they are.
 */
export function strictJson(lenient: string): string {
  const keepText = (match: string) => (match.startsWith('"') ? match : '');
  return lenient.replace(commentsAndDots, keepText).replace(trailingCommas, keepText);
}
