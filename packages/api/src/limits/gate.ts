export interface GateOptions {
  /** So many are in at a time. */
  readonly places: number;
  /** So many others wait, and the rest is turned away at once. */
  readonly mostWaiting: number;
  /** Who has waited so long is turned away, in milliseconds. */
  readonly longestWaitMs: number;
}

/** Lets so many in at a time. */
export class Gate {
  readonly #options: GateOptions;
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(options: GateOptions) {
    this.#options = options;
    this.#free = options.places;
  }

  /** Whether anybody waits. */
  get isWanted(): boolean {
    return this.#waiting.length > 0;
  }

  /**
   * Waits for a place.
   * @returns gives it back, once however often it is called; null where too many wait already, or it took too long.
   * @throws the signal's reason when it is aborted before.
   */
  async enter(signal: AbortSignal): Promise<(() => void) | null> {
    signal.throwIfAborted();
    if (this.#free === 0) {
      if (this.#waiting.length >= this.#options.mostWaiting) return null;
      if (!(await this.#turn(signal))) return null;
    } else {
      this.#free -= 1;
    }
    let isLeft = false;
    return () => {
      if (isLeft) return;
      isLeft = true;
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    };
  }

  /** Whether it came in time. */
  #turn(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const go = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', gone);
        resolve(true);
      };
      const leave = () => this.#waiting.splice(this.#waiting.indexOf(go), 1);
      const gone = () => {
        clearTimeout(timer);
        leave();
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', gone);
        leave();
        resolve(false);
      }, this.#options.longestWaitMs);
      this.#waiting.push(go);
      signal.addEventListener('abort', gone, { once: true });
    });
  }
}
