import type { BookSequencer, BookVerdict } from '../book/sequencer.ts';

/** `l2Book`: every frame is the whole book, and nothing numbers them (docs: "Subscriptions", l2Book). */
export class FrameSequencer implements BookSequencer {
  #isLive = false;

  get isLive(): boolean {
    return this.#isLive;
  }

  /** The venue sends none: something that it does not send can't be applied. */
  delta(): BookVerdict {
    this.#isLive = false;
    return 'gap';
  }

  snapshot(): BookVerdict {
    this.#isLive = true;
    return 'applied';
  }

  reset(): void {
    this.#isLive = false;
  }
}
