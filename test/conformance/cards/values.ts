import { plainDecimal } from '@feedlake/schema';
import { expect } from 'vitest';
import type { Slot, TimeSlot, VenueFixtures } from '../fixture.ts';
import { text } from '../fixture.ts';
import { numberWithDigits } from '../payloads/verbatim.ts';
import type { PlainRow } from '../rows.ts';
import { type Result, Session } from '../session.ts';
import type { Card } from './card.ts';

/** Easy to find in the rows, and a valid value of every decimal column. */
const marker = '0.70503';

function readSlot(venue: VenueFixtures, slot: Slot, value: unknown): Result {
  return new Session(venue.adapter).read({ request: slot.request, texts: [text(slot.message(value))] });
}

/** The row that holds the value when all is well, and its place. */
function markedRow(venue: VenueFixtures, slot: Slot): { rows: PlainRow[]; place: number } {
  const { rows, rejected } = readSlot(venue, slot, marker);
  expect(rejected, slot.name).toEqual([]);
  const place = rows.findIndex((row) => row.dataset === slot.dataset && row[slot.column] === marker);
  expect(place, `${slot.name}: no ${slot.column} is ${marker}`).toBeGreaterThanOrEqual(0);
  return { rows, place };
}

const digits = '0.1234567890123456789012345678';

/** Values one by one, wherever a venue puts them. */
export const valueCards: readonly Card[] = [
  {
    number: 'C05',
    title: 'an absent value is null and "0" is zero',
    judge(venue) {
      for (const slot of venue.optionalValues) {
        const { rows, place } = markedRow(venue, slot);
        for (const absent of ['', null, undefined]) {
          const result = readSlot(venue, slot, absent);
          expect(result.rows, slot.name).toHaveLength(rows.length);
          expect(result.rows[place]?.[slot.column], `${slot.name}: ${JSON.stringify(absent)}`).toBeUndefined();
        }
        const zero = readSlot(venue, slot, '0').rows[place]?.[slot.column];
        expect(zero, `${slot.name}: "0"`).toBe('0');
      }
      return null;
    },
  },
  {
    number: 'C06',
    title: 'digits survive: 28 of them, those of a long JSON number, and an exponent',
    judge(venue) {
      for (const slot of [...venue.mainValues, ...venue.optionalValues]) {
        const { place } = markedRow(venue, slot);
        for (const value of [digits, numberWithDigits('0.12345678901234567'), numberWithDigits('1.25E-7')]) {
          const told = plainDecimal(typeof value === 'string' ? value : text(value));
          const stored = readSlot(venue, slot, value).rows[place]?.[slot.column];
          expect(plainDecimal(String(stored)), slot.name).toBe(told);
        }
      }
      return null;
    },
  },
  {
    number: 'C07',
    title: 'a row without its main value is no row, is reported, and costs its neighbours nothing',
    judge(venue) {
      expect(venue.mainValues.length).toBeGreaterThan(0);
      for (const slot of venue.mainValues) {
        const { rows, place } = markedRow(venue, slot);
        const neighbours = rows.filter((_row, index) => index !== place);
        expect(neighbours, `${slot.name}: needs a neighbour`).not.toEqual([]);
        for (const bad of ['', null, undefined, 'abc', {}]) {
          const result = readSlot(venue, slot, bad);
          expect(result.rows, `${slot.name}: ${JSON.stringify(bad)}`).toEqual(neighbours);
          expect(result.rejected, `${slot.name}: ${JSON.stringify(bad)}`).toHaveLength(1);
          expect(result.rejected[0]).toContain(slot.dataset);
        }
      }
      return null;
    },
  },
  {
    number: 'C17',
    title: "times are microseconds, whatever the venue's unit",
    judge(venue) {
      for (const slot of venue.times) {
        const result = new Session(venue.adapter).read({
          request: slot.request,
          texts: [text(slot.message(slot.value))],
        });
        expect(timesOf(slot, result), slot.name).toContain(slot.means);
      }
      return null;
    },
  },
];

function timesOf(slot: TimeSlot, result: Result): unknown[] {
  return result.rows.filter(({ dataset }) => dataset === slot.dataset).map((row) => row[slot.column]);
}
