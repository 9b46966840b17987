/**
 * Keeps what was built for the present time step, so that a reply over hundreds of instruments is made once per step
 * and not once per request.
 */
export class StepCache<Value> {
  #step = Number.NaN;
  readonly #values = new Map<string, Value>();

  /** The value for a key at a step; built where it is not there yet. An older step is forgotten as a newer one comes. */
  get(step: number, key: string, build: () => Value): Value {
    if (step !== this.#step) {
      this.#values.clear();
      this.#step = step;
    }
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const value = build();
    this.#values.set(key, value);
    return value;
  }
}
