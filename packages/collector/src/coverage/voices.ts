import { LatestWord } from './latest-word.ts';
import { outranks, type Word } from './word.ts';

/**
 * The writers that speak at a moment, which only ever advances. Of each its latest word counts, a repair being a word of
 * them all. A topic is covered if the word of any writer says so; the moment is, if all topics that are named are.
 */
export class Voices {
  readonly #writers = new Map<string, WordsByTopic>();
  readonly #repairs = new LatestWord();
  /** Until when topics are spoken of by name. */
  readonly #named = new Map<string, number>();
  #heard: string | null = null;

  /** @param speaks false: it says nothing by itself, it only overrules earlier words. */
  add(word: Word, speaks: boolean): void {
    if (word.isRepair) this.#repairs.add(word);
    if (!speaks) return;
    const topic = topicOf(word);
    if (topic !== null) this.#named.set(topic, Math.max(this.#named.get(topic) ?? 0, word.to));
    let words = this.#writers.get(word.writer);
    if (words === undefined) {
      words = new WordsByTopic();
      this.#writers.set(word.writer, words);
    }
    words.add(topic, word);
  }

  /**
   * The words that decide at a time: a gap, or by what it is covered; none when nobody speaks. It stays with one writer
   * where it can.
   */
  at(time: number): readonly Word[] {
    for (const [topic, until] of this.#named) if (until <= time) this.#named.delete(topic);
    const topics = this.#named.size === 0 ? [null] : this.#named.keys();
    const covered: Word[] = [];
    for (const topic of topics) {
      const word = this.#of(topic, time);
      if (word?.isCovered === false) return [word];
      if (word !== null) covered.push(word);
    }
    return covered;
  }

  #of(topic: string | null, time: number): Word | null {
    const repair = this.#repairs.at(time);
    const heard = this.#heard === null ? null : this.#wordOf(this.#heard, topic, time, repair);
    if (heard?.isCovered) return heard;
    let gap = heard;
    for (const writer of this.#writers.keys()) {
      const word = this.#wordOf(writer, topic, time, repair);
      if (word === null) continue;
      if (word.isCovered || gap === null) this.#heard = writer;
      if (word.isCovered) return word;
      gap ??= word;
    }
    return gap;
  }

  #wordOf(writer: string, topic: string | null, time: number, repair: Word | null): Word | null {
    const words = this.#writers.get(writer);
    const own = words?.at(topic, time) ?? null;
    if (own !== null) return repair !== null && outranks(repair, own) ? repair : own;
    if (words !== undefined && words.until <= time) this.#writers.delete(writer);
    return null;
  }
}

/** What one writer says. */
class WordsByTopic {
  /** Of those that name no topic, and of those that do. */
  readonly #all = new LatestWord();
  readonly #named = new Map<string, LatestWord>();
  /** End of the last that ends. */
  until = 0;

  add(topic: string | null, word: Word): void {
    this.until = Math.max(this.until, word.to);
    let words = topic === null ? this.#all : this.#named.get(topic);
    if (words === undefined) {
      words = new LatestWord();
      this.#named.set(topic ?? '', words);
    }
    words.add(word);
  }

  /** The latest word about a topic. */
  at(topic: string | null, time: number): Word | null {
    const all = this.#all.at(time);
    const named = topic === null ? null : (this.#named.get(topic)?.at(time) ?? null);
    return all === null || (named !== null && outranks(named, all)) ? named : all;
  }
}

/** A repair fills all of a stream, whatever part it names. */
function topicOf(word: Word): string | null {
  return word.isRepair ? null : word.claim.topic;
}
