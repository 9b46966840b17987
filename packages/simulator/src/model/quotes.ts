import type { Level, Levels } from './book.ts';

/** So many texts are remembered of each kind before they are forgotten. */
const capacity = 50_000;

/** The texts of one market's prices and sizes, each made once: books say the same few thousand again and again. */
export class Quotes {
  readonly #priceText: (tick: number) => string;
  readonly #sizeText: (units: number) => string;
  readonly #prices = new Map<number, string>();
  readonly #sizes = new Map<number, string>();

  /** @param sizeText it is also given 0, the size of a level that is gone. */
  constructor(priceText: (tick: number) => string, sizeText: (units: number) => string) {
    this.#priceText = priceText;
    this.#sizeText = sizeText;
  }

  price(tick: number): string {
    return remembered(this.#prices, tick, this.#priceText);
  }

  size(units: number): string {
    return remembered(this.#sizes, units, this.#sizeText);
  }

  /** `[["70999.9","0.170"],…]` */
  json(levels: Levels): string {
    let text = '';
    for (let index = 0; index < levels.length; index += 2) {
      if (index > 0) text += ',';
      text += `["${this.price(levels[index] ?? 0)}","${this.size(levels[index + 1] ?? 0)}"]`;
    }
    return `[${text}]`;
  }

  levels(levels: Levels): Level[] {
    return Array.from({ length: levels.length / 2 }, (_, index) => [
      this.price(levels[2 * index] ?? 0),
      this.size(levels[2 * index + 1] ?? 0),
    ]);
  }
}

function remembered(texts: Map<number, string>, key: number, make: (key: number) => string): string {
  const known = texts.get(key);
  if (known !== undefined) return known;
  if (texts.size >= capacity) texts.clear();
  const text = make(key);
  texts.set(key, text);
  return text;
}
