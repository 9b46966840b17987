import type { VenueRequest } from '../venue.ts';
import { parametersOf, type Recording } from './recording.ts';

/** Parameters that only say which stretch of the same rows is wanted. */
const stretch = new Set(['startTime', 'endTime', 'start', 'end', 'limit']);
/** Parameters that name a later page: one that was not recorded is not there. */
const laterPage = new Set(['cursor', 'offset', 'fromId']);
const instrument = new Set(['symbol', 'coin', 'pair']);

/**
 * The recording that answers a request, best first: the very same request; the same path for the same instrument and
 * everything else that says what is wanted; the same with another stretch of time or another limit, where one whose
 * rows lie in the wanted time is preferred. A list of all instruments may be answered by the list of one, on venues
 * where both are lists of the same shape.
 */
export function findRecording(recordings: readonly Recording[], request: VenueRequest): Recording | null {
  const wanted = parametersOf(request.queryText, request.body);
  const candidates = recordings.filter(
    (recording) => recording.method === request.method && recording.path === request.path,
  );
  const exact = candidates.filter(
    (recording) =>
      recording.requestKnown &&
      same(recording.parameters, wanted) &&
      (recording.requestBody === '' || recording.requestBody === request.body),
  );
  const known = candidates.filter((recording) => recording.requestBody === '');
  return (
    best(exact, wanted) ??
    best(
      known.filter((recording) => fits(recording, wanted)),
      wanted,
    ) ??
    best(
      known.filter((recording) => holdsOneOfAll(recording, wanted)),
      wanted,
    )
  );
}

function same(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, value]) => b.get(name) === value);
}

function fits({ parameters, requestKnown }: Recording, wanted: ReadonlyMap<string, string>): boolean {
  if ([...wanted].some(([name, value]) => laterPage.has(name) && value !== '0')) return false;
  if ([...parameters].some(([name, value]) => laterPage.has(name) && value !== '0')) return false;
  const names = new Set([...wanted.keys(), ...parameters.keys()]);
  return [...names].every((name) => {
    if (stretch.has(name) || laterPage.has(name)) return true;
    const unknown = !requestKnown && !parameters.has(name) && !instrument.has(name);
    return unknown || parameters.get(name) === wanted.get(name);
  });
}

function holdsOneOfAll(recording: Recording, wanted: ReadonlyMap<string, string>): boolean {
  const lists = recording.venue === 'bybit' || recording.venue === 'backpack';
  if (!lists || recording.status !== 200 || wanted.has('symbol') || !recording.parameters.has('symbol')) return false;
  return fits(recording, new Map([...wanted, ['symbol', recording.parameters.get('symbol') ?? '']]));
}

function best(recordings: readonly Recording[], wanted: ReadonlyMap<string, string>): Recording | null {
  const ranked = recordings
    .map((recording) => ({ recording, rank: rankOf(recording, wanted) }))
    .sort((a, b) => compare(b.rank, a.rank));
  return ranked[0]?.recording ?? null;
}

function rankOf(recording: Recording, wanted: ReadonlyMap<string, string>): number[] {
  const equal = [...wanted].filter(([name, value]) => recording.parameters.get(name) === value).length;
  return [
    recording.status === 200 ? 1 : 0,
    liesInWantedTime(recording, wanted) ? 1 : 0,
    -recording.doubt,
    equal,
    recording.text.length,
  ];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, position) => value !== b[position]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}

const milliseconds = /\b1\d{12}\b/g;

function liesInWantedTime(recording: Recording, wanted: ReadonlyMap<string, string>): boolean {
  const from = Number(wanted.get('startTime') ?? wanted.get('start') ?? 0);
  const to = Number(wanted.get('endTime') ?? wanted.get('end') ?? Number.POSITIVE_INFINITY);
  return [...recording.text.matchAll(milliseconds)].some(([text]) => Number(text) >= from && Number(text) <= to);
}
