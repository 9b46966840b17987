/** Messages of a frame: number of each one's instrument, and of its rows. */
interface Messages {
  readonly instrument: Uint32Array;
  readonly count: Uint32Array;
}

/** The rows of a frame in another order: by place, which row of the frame it is, and of which message. */
export interface Arrangement {
  readonly rows: Uint32Array;
  readonly messages: Uint32Array;
}

/**
 * Puts the rows of each instrument together, in the order they came. Objects are sorted by symbol: rows that will be
 * neighbours there are so in memory as soon as possible, which makes sorting many frames several times faster.
 */
export function arrange({ instrument, count }: Messages): Arrangement {
  const next = firstPlaces(instrument, count);
  const total = count.reduce((sum, one) => sum + one, 0);
  const rows = new Uint32Array(total);
  const messages = new Uint32Array(total);
  let row = 0;
  for (let message = 0; message < count.length; message += 1) {
    const number = instrument[message] ?? 0;
    let place = next[number] ?? 0;
    for (const end = row + (count[message] ?? 0); row < end; row += 1, place += 1) {
      rows[place] = row;
      messages[place] = message;
    }
    next[number] = place;
  }
  return { rows, messages };
}

/** The place of each instrument's first row. */
function firstPlaces(instrument: Uint32Array, count: Uint32Array): Uint32Array {
  const last = instrument.reduce((most, number) => Math.max(most, number), 0);
  const counts = new Uint32Array(last + 1);
  for (let message = 0; message < count.length; message += 1) {
    const number = instrument[message] ?? 0;
    counts[number] = (counts[number] ?? 0) + (count[message] ?? 0);
  }
  let place = 0;
  return counts.map((rows) => {
    place += rows;
    return place - rows;
  });
}
