import { type VenueId, venueIds } from '../venue.ts';

/**
 * What can go wrong on request:
 *
 * | kind | what the client sees |
 * |---|---|
 * | `429`, `429-retry-after` | the venue's own words for too many requests, without and with `Retry-After` |
 * | `account-limit` | a limit told in the body with status 200 (Bybit 10006); elsewhere like `429` |
 * | `418` | banned, until `seconds` from now |
 * | `451` | not served in this place, as JSON |
 * | `403-html` | not served in this country, as an HTML page of the content network |
 * | `5xx` | `status` (503 by default) in the venue's words |
 * | `slow` | the true reply, `delayMs` late |
 * | `truncated` | a reply that is complete by HTTP and whose body ends half-way |
 * | `cut` | a connection that closes half-way through the body |
 * | `200-html` | an HTML page with status 200 |
 * | `reset` | a connection that is reset before any reply |
 * | `refuse` | connections are refused while the rule stands, or for `delayMs` |
 * | `shifting-page` | the venue's clock jumps by `advanceMs` (an hour by default) just before the reply, so that new rows appear at the head while a client pages |
 * | `bad-row` | one malformed row among good ones: the main values of row `row` (the middle one by default) become `value` |
 *
 * The refusals among them (`429` to `5xx`, `200-html`, `reset`, `refuse`) meet WebSocket handshakes as well. Of streams
 * alone are:
 *
 * | kind | what the client sees |
 * |---|---|
 * | `drop` | a message is missing |
 * | `sequence-jump` | `count` messages of a topic in a row (10 by default) are missing |
 * | `duplicate` | a message comes twice |
 * | `reorder` | a message comes after the next one of its topic |
 * | `malformed` | half a message; with `beside` the whole message, and a frame of garbage before it |
 * | `ack-then-silence` | a subscription that is acknowledged and brings nothing, while the rule stands or for `delayMs` |
 * | `close` | in place of a message, the connection's end: with close code `code`, or without a word (1006) |
 * | `close-all` | at once, the end of all connections (those with a matching topic) |
 * | `half-open` | from a message on, a connection that stays and is dead |
 * | `slow` | from a message on, a connection that brings `bytesPerSecond` (1024 by default) |
 */
export const faultKinds = [
  '429',
  '429-retry-after',
  'account-limit',
  '418',
  '451',
  '403-html',
  '5xx',
  'slow',
  'truncated',
  'cut',
  '200-html',
  'reset',
  'refuse',
  'shifting-page',
  'bad-row',
  'drop',
  'sequence-jump',
  'duplicate',
  'reorder',
  'malformed',
  'ack-then-silence',
  'close',
  'close-all',
  'half-open',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface FaultRule {
  readonly kind: FaultKind;
  /** One venue, or all of them where absent. */
  readonly venue?: VenueId;
  /**
   * A part of, or an expression for, `GET /path?query`, `POST /info {body}`, a handshake's `GET /path?query websocket`, or
   * for the faults of streams the topic. Everything where absent.
   */
  readonly match?: string | RegExp;
  /**
   * How many requests, messages, subscriptions (`ack-then-silence`) or connections (`close`, `half-open`, `slow`) it hits.
   * Until it is cleared where absent; once for `shifting-page`, `close` and `half-open`.
   */
  readonly times?: number;
  /** How many that match it lets pass first. */
  readonly after?: number;
  /** Of `slow` replies and `refuse` on this machine's clock; of `ack-then-silence` on the simulation's. */
  readonly delayMs?: number;
  /** Status of `5xx`. */
  readonly status?: number;
  /** Seconds of `429-retry-after` (30 by default), `account-limit` and `418` (120 by default). */
  readonly seconds?: number;
  readonly advanceMs?: number;
  readonly row?: number;
  /** What stands in a bad row in place of its main values. "" by default. */
  readonly value?: string | number | null;
  /** Close code of `close` and `close-all`; 1006, the default, is an end without a close frame. */
  readonly code?: number;
  /** How many messages of a topic `sequence-jump` leaves out. Default 10. */
  readonly count?: number;
  readonly bytesPerSecond?: number;
  /** Whether `malformed` adds a frame of garbage in place of spoiling the message. */
  readonly beside?: boolean;
}

/** Faults of a message. */
export const messageFaults: ReadonlySet<FaultKind> = new Set([
  'drop',
  'sequence-jump',
  'duplicate',
  'reorder',
  'malformed',
]);

/** Faults of a connection, that set in with a message. */
export const connectionFaults: ReadonlySet<FaultKind> = new Set(['close', 'half-open', 'slow']);

/** Faults of a subscription. */
export const subscriptionFaults: ReadonlySet<FaultKind> = new Set(['ack-then-silence']);

/** Faults of a handshake. */
export const handshakeFaults: ReadonlySet<FaultKind> = new Set([
  '429',
  '429-retry-after',
  'account-limit',
  '418',
  '451',
  '403-html',
  '5xx',
  '200-html',
  'reset',
]);

/** Faults of a request and its reply. */
export const requestFaults: ReadonlySet<FaultKind> = new Set([
  ...handshakeFaults,
  'slow',
  'truncated',
  'cut',
  'shifting-page',
  'bad-row',
]);

/** A rule that can't be understood. */
export class BadFaultRule extends Error {
  override readonly name = 'BadFaultRule';
}

const numbers = [
  'times',
  'after',
  'delayMs',
  'status',
  'seconds',
  'advanceMs',
  'row',
  'code',
  'count',
  'bytesPerSecond',
] as const;

/**
 * Reads a rule from JSON; a regular expression is given as `regex` in place of `match`, and every venue is `"all"`.
 * @param here the venue that is meant where none is named.
 * @throws BadFaultRule
 */
export function faultRuleOf(json: string, here: VenueId): FaultRule {
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(json);
  } catch {
    throw new BadFaultRule('a fault rule is a JSON object, {"kind":"429"}');
  }
  const { kind, venue = here, match, regex, value, beside } = given;
  if (!faultKinds.includes(kind as FaultKind)) throw new BadFaultRule(`kind is one of ${faultKinds.join(', ')}`);
  if (venue !== 'all' && !venueIds.includes(venue as VenueId)) {
    throw new BadFaultRule(`venue is one of ${venueIds.join(', ')}, all`);
  }
  const counts = numbers.filter((name) => given[name] !== undefined).map((name) => [name, given[name]] as const);
  const bad = counts.find(([, count]) => typeof count !== 'number' || !(count >= 0));
  if (bad !== undefined) throw new BadFaultRule(`${bad[0]} is a number that is not negative`);
  return {
    kind: kind as FaultKind,
    ...(venue === 'all' ? {} : { venue: venue as VenueId }),
    ...(typeof match === 'string' ? { match } : {}),
    ...(typeof regex === 'string' ? { match: expression(regex) } : {}),
    ...(value === undefined ? {} : { value: value as string | number | null }),
    ...(typeof beside === 'boolean' ? { beside } : {}),
    ...Object.fromEntries(counts),
  };
}

function expression(source: string): RegExp {
  try {
    return new RegExp(source);
  } catch (error) {
    throw new BadFaultRule(`regex is no regular expression: ${source}`, { cause: error });
  }
}
