import type { Logger, LogLevel } from '@feedlake/telemetry';
import { utcTime } from '../utc-time.ts';
import type { Cause, SessionEvent } from './events.ts';

const excerptLength = 120;
/** Interruptions that are our own doing. */
const expected: readonly Cause[] = ['resubscribe', 'shutdown'];

type Line = readonly [level: Exclude<LogLevel, 'silent'>, message: string];

/** Writes what happens to a session, each event once, in plain words. */
export function eventLog(logger: Logger, exchange: string): (event: SessionEvent) => void {
  // A venue that has one name of a feed refuses the others, one after the other.
  let replaced = 0;
  return (event) => {
    const { kind, at: _, ...fields } = event;
    const [level, message] = lineOf(event);
    if (event.kind === 'refused' && event.replaced) replaced += 1;
    const isKnown = event.kind === 'refused' && event.replaced && replaced > 1;
    logger[isKnown ? 'debug' : level]({ exchange, event: kind, ...shortened(fields) }, `${exchange}: ${message}`);
  };
}

function lineOf(event: SessionEvent): Line {
  switch (event.kind) {
    case 'connected':
      return ['debug', `connected to ${event.host}`];
    case 'disconnected':
      return ['warn', `lost ${event.host}: ${event.fault.message}`];
    case 'failed':
      return ['warn', `no connection, next attempt at ${utcTime(event.retryAt)}: ${event.fault.message}`];
    case 'unavailable':
      return ['error', `no WebSocket can be had, through any host and proxy: ${event.fault.message}`];
    case 'subscribed':
      return ['debug', `asked for ${event.topics.length} topics`];
    case 'refused':
      if (event.replaced)
        return ['info', `the venue refuses ${some(event.topics)}, which another name is asked for as well`];
      return ['warn', `the venue refuses ${some(event.topics)}, left out: ${event.fault.message}`];
    case 'interrupted':
      return [
        expected.includes(event.cause) ? 'debug' : 'warn',
        `no data (${event.cause}) of ${some(event.topics.map(({ topic }) => topic))}`,
      ];
    case 'resumed':
      return ['debug', `nothing of ${event.topic} is missing any more`];
    case 'watchdog':
      return ['warn', `${steps[event.step]} for ${some(event.topics.map(({ topic }) => topic))}`];
    case 'overlap':
      return ['info', event.taken ? 'a new connection took over' : 'a new connection was given up'];
    case 'malformed':
      return ['debug', 'a message was malformed'];
    case 'complaint':
      return ['warn', event.fault.message];
    case 'overload':
      return ['warn', event.active ? `${event.messages} messages wait: reading is paused` : 'reading goes on'];
  }
}

/** Writes messages that can't be read or are not known: the first of a connection as a warning. */
export function oddityLog(logger: Logger, exchange: string, connection: string): (kind: string, text: string) => void {
  let warned = false;
  return (kind, text) => {
    const log = warned || kind === 'unknown' ? logger.debug : logger.warn;
    warned ||= kind === 'malformed';
    log({ exchange, connection, excerpt: text.slice(0, excerptLength) }, `${exchange}: skipped a message: ${kind}`);
  };
}

const steps = {
  resubscribe: 'asking again',
  reconnect: 'opening another connection',
  next_host: 'going to the next host',
  next_proxy: 'going to the next proxy',
};

function some(topics: readonly string[]): string {
  const [first = ''] = topics;
  return topics.length > 1 ? `${first} and ${topics.length - 1} more` : first;
}

/** A list of a thousand topics is no log line. */
function shortened(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      Array.isArray(value) && value.length > 10 ? value.length : value,
    ]),
  );
}
