import { expect } from 'vitest';
import type { Applies, DoesNotApply, Fixture, VenueFixtures } from '../fixture.ts';
import { type Result, Session } from '../session.ts';

/** One rule, judged alike at every venue. */
export interface Card {
  readonly number: string;
  readonly title: string;
  /** Fails where the venue breaks the rule. Where the rule has no object there: why, proven. */
  judge(venue: VenueFixtures): DoesNotApply | null;
}

export function doesNotApply<T>(value: Applies<T>): value is Applies<T> & DoesNotApply {
  return typeof value === 'object' && value !== null && 'doesNotApply' in value;
}

/** Reads a fixture after what has to be read before it. */
export function read(venue: VenueFixtures, fixture: Fixture): Result {
  const session = new Session(venue.adapter);
  for (const step of fixture.before ?? []) session.read(step);
  return session.read(fixture);
}

/** A card whose rule is shown by fixtures: each becomes exactly its rows and nothing is rejected; then `criterion` holds. */
export function fixtureCard(
  number: string,
  title: string,
  fixturesOf: (venue: VenueFixtures) => Applies<readonly Fixture[]>,
  criterion: (rows: Result['rows'], venue: VenueFixtures) => void,
): Card {
  return {
    number,
    title,
    judge(venue) {
      const fixtures = fixturesOf(venue);
      if (doesNotApply(fixtures)) return proven(fixtures);
      criterion(readAll(venue, fixtures), venue);
      return null;
    },
  };
}

/** The rows of all fixtures, each checked against what it must become. */
export function readAll(venue: VenueFixtures, fixtures: readonly Fixture[]): Result['rows'] {
  return fixtures.flatMap((fixture) => {
    const result = read(venue, fixture);
    expect(result.rows, fixture.name).toEqual(fixture.rows);
    expect(result.rejected, fixture.name).toEqual([]);
    return result.rows;
  });
}

export function proven(reason: DoesNotApply): DoesNotApply {
  reason.prove();
  return reason;
}

/** Every fixture of a venue. */
export function allFixtures(venue: VenueFixtures): Fixture[] {
  const optional = [venue.openInterestHistory, venue.offBook, venue.book.deltas, venue.book.emptyDelta].flatMap(
    (value) => (doesNotApply(value) ? [] : value),
  );
  return [
    ...venue.openInterest,
    ...venue.running,
    ...venue.settled,
    ...venue.interval.told,
    ...venue.interval.unknown,
    ...venue.trades,
    ...venue.liquidations,
    ...venue.book.snapshots,
    venue.book.emptySnapshot,
    ...venue.tickers,
    ...venue.candles,
    ...venue.instruments,
    ...optional,
  ];
}
