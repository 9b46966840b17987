import type { Cursor } from './feed.ts';

/** Walks several markets at once: whatever comes first. */
export class FirstOf<Event> implements Cursor<Event> {
  readonly #cursors: readonly Cursor<Event>[];
  readonly #wanted: (event: Event) => boolean;
  #next: Event | null = null;
  due = Number.POSITIVE_INFINITY;

  /** @param wanted what does not pass is left out. */
  constructor(cursors: readonly Cursor<Event>[], wanted: (event: Event) => boolean = () => true) {
    this.#cursors = cursors;
    this.#wanted = wanted;
    this.#find();
  }

  /** @throws RangeError where nothing is left. */
  take(): Event {
    const next = this.#next;
    if (next === null) throw new RangeError('nothing ever happens here');
    this.#find();
    return next;
  }

  #find(): void {
    this.#next = null;
    this.due = Number.POSITIVE_INFINITY;
    for (;;) {
      const [first, ...others] = this.#cursors;
      if (first === undefined) return;
      const soonest = others.reduce((a, b) => (b.due < a.due ? b : a), first);
      const { due } = soonest;
      if (!Number.isFinite(due)) return;
      const event = soonest.take();
      if (!this.#wanted(event)) continue;
      this.#next = event;
      this.due = due;
      return;
    }
  }
}
