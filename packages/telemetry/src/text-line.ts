/**
 * A log entry as one line for people: time, level, message, then the fields as `key=value`. Values with blanks or
 * quotes are quoted; no control character gets through, so nothing breaks the line or drives the terminal.
 */
export function textLine(entry: Readonly<Record<string, unknown>>): string {
  const { time, level, message, ...fields } = entry;
  const pairs = Object.entries(fields).map(([name, value]) => ` ${name}=${valueText(value)}`);
  return `${time} ${String(level).toUpperCase().padEnd(5)} ${oneLine(String(message ?? ''))}${pairs.join('')}\n`;
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=\p{Cc}]+$/u.test(value) ? value : JSON.stringify(value);
  if (isError(value)) return JSON.stringify(`${value.name}: ${value.message}`);
  return JSON.stringify(value) ?? 'undefined';
}

/** The stack of an error is for the JSON format: here it would bury the line. */
function isError(value: unknown): value is { name: string; message: string } {
  return typeof value === 'object' && value !== null && 'stack' in value && 'message' in value && 'name' in value;
}

function oneLine(text: string): string {
  return text.replace(/\s*\p{Cc}+\s*/gu, ' ');
}
