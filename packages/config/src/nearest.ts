/** How many letters must be added, removed, replaced or swapped with the next to make one text of the other (OSA). */
function distance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let line = 1; line <= from.length; line += 1) {
    const next = [line];
    for (let index = 1; index <= to.length; index += 1) {
      const replaced = (row[index - 1] ?? 0) + (from[line - 1] === to[index - 1] ? 0 : 1);
      const isSwap = line > 1 && index > 1 && from[line - 1] === to[index - 2] && from[line - 2] === to[index - 1];
      const swapped = isSwap ? (before[index - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[index] ?? 0) + 1, (next[index - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[to.length] ?? 0;
}

const bare = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** The known name that was probably meant, or null when none is near: about one letter in three may differ. */
export function nearest(name: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const steps = distance(bare(name), bare(candidate));
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best ?? known.find((candidate) => bare(name) !== '' && bare(name).includes(bare(candidate))) ?? null;
}
