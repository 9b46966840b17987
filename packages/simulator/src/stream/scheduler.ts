/** Something that happens at a time, and maybe again at another. Times in microseconds. */
export interface Task {
  /** When it is due; infinite = never again. It moves when it has run. */
  readonly due: number;
  run(): void;
}

interface Entry {
  readonly task: Task;
  /** Which of two tasks that are due at once goes first: the one that was scheduled earlier. */
  readonly order: number;
}

/** Tasks by time: a binary heap whose first entry is the next one due. */
export class Scheduler {
  readonly #heap: Entry[] = [];
  #count = 0;
  /** What a running task adds has to wait: its own place in the heap is open until it has run. */
  #added: Task[] = [];
  #running = false;

  add(task: Task): void {
    if (this.#running) {
      this.#added.push(task);
      return;
    }
    this.#count += 1;
    this.#heap.push({ task, order: this.#count });
    this.#rise(this.#heap.length - 1);
  }

  /** When the next task is due; infinite where there is none. */
  get due(): number {
    return this.#heap[0]?.task.due ?? Number.POSITIVE_INFINITY;
  }

  /** Runs the next task. One that is never due again is forgotten. */
  runNext(): void {
    const first = this.#heap[0];
    if (first === undefined) return;
    this.#running = true;
    try {
      first.task.run();
    } finally {
      this.#running = false;
    }
    if (Number.isFinite(first.task.due)) this.#sink(0);
    else this.#removeFirst();
    if (this.#added.length > 0) for (const task of this.#added.splice(0)) this.add(task);
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(from: number): void {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#before(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(from: number): void {
    for (let index = from; ; ) {
      const left = 2 * index + 1;
      const right = left + 1;
      const least = right < this.#heap.length && this.#before(right, left) ? right : left;
      if (least >= this.#heap.length || !this.#before(least, index)) return;
      this.#swap(index, least);
      index = least;
    }
  }

  #before(a: number, b: number): boolean {
    const one = this.#heap[a];
    const other = this.#heap[b];
    if (one === undefined || other === undefined) return false;
    return one.task.due === other.task.due ? one.order < other.order : one.task.due < other.task.due;
  }

  #swap(a: number, b: number): void {
    const one = this.#heap[a];
    const other = this.#heap[b];
    if (one === undefined || other === undefined) return;
    this.#heap[a] = other;
    this.#heap[b] = one;
  }
}
