/**
 * Maps the items of a list with a few calls at a time, and gives the results in the items' order. A call that fails
 * throws when its turn comes.
 */
export async function* prefetch<Item, Result>(
  items: Iterable<Item>,
  limit: number,
  map: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  for (const item of items) {
    const next = map(item);
    // Its failure is thrown below, or no longer of interest when the reader stopped; it is never left unhandled.
    next.catch(() => undefined);
    running.push(next);
    if (running.length >= limit) yield await (running.shift() as Promise<Result>);
  }
  for (const next of running) yield await next;
}
