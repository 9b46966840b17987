import type { Interval } from '../intervals.ts';
import { append, type Stretch } from './timeline.ts';
import { Voices } from './voices.ts';
import type { Word } from './word.ts';

/**
 * Goes through time from one change to the next, and lets the words that speak decide each stretch.
 * @param words Within the range, in any order.
 * @param speaks Whether a word says something by itself; otherwise it only overrules earlier words.
 * @param onCovered Told of the words by which something is covered, of one more than once where it comes up again.
 */
export function sweep(
  words: readonly Word[],
  range: Interval,
  speaks: (word: Word) => boolean,
  onCovered: (word: Word) => void,
): Stretch[] {
  const starts = [...words].sort((a, b) => a.from - b.from || a.said - b.said);
  const ends = Float64Array.from(words, ({ to }) => to).sort();
  const voices = new Voices();
  const stretches: Stretch[] = [];
  let from = range.from;
  let decides: readonly Word[] = [];
  let started = 0;
  let ended = 0;
  while (ended < ends.length) {
    const time = Math.min(starts[started]?.from ?? Number.POSITIVE_INFINITY, ends[ended] as number);
    append(stretches, stretchOf(decides[0], from, time));
    for (; starts[started]?.from === time; started += 1) {
      const word = starts[started] as Word;
      voices.add(word, speaks(word));
    }
    while (ends[ended] === time) ended += 1;
    from = time;
    decides = voices.at(time);
    for (const word of decides) if (word.isCovered) onCovered(word);
  }
  append(stretches, stretchOf(undefined, from, range.to));
  return stretches;
}

function stretchOf(word: Word | undefined, from: number, to: number): Stretch {
  if (word === undefined) return { state: 'unknown', from, to };
  if (word.isCovered) return { state: 'covered', from, to };
  return { state: 'gap', from, to, cause: word.cause, writer: word.writer, detail: word.detail };
}
