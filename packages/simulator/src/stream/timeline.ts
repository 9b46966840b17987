import { now as systemNow } from '@feedlake/schema';
import { Scheduler, type Task } from './scheduler.ts';

/** How often a simulation on the real clock looks at it, in milliseconds. */
const beat = 10;
/** So long, in milliseconds, a simulation on the real clock computes before it lets sockets have their turn. */
const sliceMs = 20;
/** So many tasks run between two looks at the clock, or at the sockets where time is driven. */
const sliceTasks = 2000;
/** Turns of the event loop that driven time waits at most for sockets to take what they were given, and for pongs. */
const patience = 500;

/** What the timeline has to do with sockets. */
export interface Outlet {
  /** Hands over to the sockets what was written since the last time. */
  flush(): void;
  /** Whether clients have a part to do before time goes on: reading what piles up, or answering a ping. */
  readonly waiting: boolean;
  /** Time goes on without the clients that still have a part to do. */
  giveUp(): void;
}

/**
 * The time of a simulation and what happens in it. On the real clock things happen by themselves; with a clock that is
 * driven, nothing happens but by {@link advance}. Times in microseconds.
 */
export class Timeline {
  readonly #scheduler = new Scheduler();
  readonly #base: () => number;
  readonly #outlets = new Set<Outlet>();
  #timer: NodeJS.Timeout | null = null;
  #lagging = false;
  /** How far driven time is ahead of the clock that was given. */
  #ahead = 0;
  #reached = 0;
  #closed = false;
  #advancing: Promise<void> = Promise.resolve();

  /** @param base a clock that the test drives; null = this machine's, and the simulation runs by itself. */
  constructor(base: (() => number) | null) {
    this.#base = base ?? systemNow;
    this.#reached = this.now();
    if (base !== null) return;
    this.#timer = setInterval(() => {
      if (!this.#lagging) this.#runReal();
    }, beat);
  }

  now(): number {
    return this.#base() + this.#ahead;
  }

  schedule(task: Task): void {
    this.#scheduler.add(task);
  }

  attach(outlet: Outlet): void {
    this.#outlets.add(outlet);
  }

  /**
   * Lets time pass, and all that falls into it happen, in order. Resolves when it was handed to the sockets.
   * @param ms milliseconds; 0 = up to what the given clock says.
   */
  advance(ms: number): Promise<void> {
    this.#advancing = this.#advancing.then(() => this.#advance(ms));
    return this.#advancing;
  }

  async #advance(ms: number): Promise<void> {
    const target = this.now() + Math.round(ms * 1000);
    while (!this.#closed && this.#scheduler.due <= target) {
      this.#runSlice(target);
      this.#flush();
      for (let turn = 0; turn < patience && this.#waiting; turn += 1) await turnOfTheLoop();
      for (const outlet of this.#outlets) outlet.giveUp();
    }
    this.#reach(target);
  }

  /** Runs tasks until time is up, clients have their part to do, or the slice is full. */
  #runSlice(target: number): void {
    for (let count = 0; count < sliceTasks && this.#scheduler.due <= target; count += 1) {
      this.#reach(this.#scheduler.due);
      this.#scheduler.runNext();
      if (count % 100 === 99) this.#flush();
      if (this.#waiting) return;
    }
  }

  #reach(time: number): void {
    if (time <= this.#reached) return;
    this.#reached = time;
    this.#ahead = Math.max(this.#ahead, time - this.#base());
  }

  #runReal(): void {
    if (this.#closed) return;
    const target = this.now();
    const until = performance.now() + sliceMs;
    while (this.#scheduler.due <= target && performance.now() < until) this.#scheduler.runNext();
    this.#flush();
    this.#lagging = this.#scheduler.due <= target;
    if (this.#lagging) setImmediate(() => this.#runReal());
  }

  #flush(): void {
    for (const outlet of this.#outlets) outlet.flush();
  }

  get #waiting(): boolean {
    for (const outlet of this.#outlets) if (outlet.waiting) return true;
    return false;
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearInterval(this.#timer);
  }
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1);
  });
}
