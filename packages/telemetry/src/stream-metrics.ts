import type { Derived, Sample } from './derived-metrics.ts';
import type { FeedReadings, SessionReadings, SinkReadings, StreamReadings } from './readings.ts';

type Kind = Derived<StreamReadings>['kind'];

/** The live feeds: sessions, what they bring, and its way into the lake. */
export const streamMetrics: readonly Derived<StreamReadings>[] = [
  session('sum', 'connections', 'WebSocket connections that are open', ['proxy'], ({ connections }) =>
    connections.map(({ proxy }) => [{ proxy }, 1]),
  ),
  session('total', 'attempts_total', 'Attempts to open a WebSocket connection', [], ({ attempts }) => [[{}, attempts]]),
  session('total', 'faults_total', 'Attempts and connections that failed', ['kind'], ({ faults }) =>
    counted('kind', faults),
  ),
  session('total', 'reconnects_total', 'Connections that were lost or replaced', ['cause'], ({ reconnects }) =>
    counted('cause', reconnects),
  ),
  session('total', 'messages_total', 'Messages received', [], ({ messages }) => [[{}, messages]]),
  session('total', 'received_bytes_total', 'Bytes of messages received, unpacked', [], ({ bytes }) => [[{}, bytes]]),
  session('total', 'malformed_total', 'Messages that could not be read', [], ({ malformed }) => [[{}, malformed]]),
  session('total', 'unknown_total', 'Messages of no known kind', [], ({ unknown }) => [[{}, unknown]]),
  session('total', 'handler_errors_total', 'Messages that were not worked off', [], ({ handlerErrors }) => [
    [{}, handlerErrors],
  ]),
  session('sum', 'queue_messages', 'Messages that wait to be worked off', [], ({ queue }) => [[{}, queue.messages]]),
  session('highest', 'queue_lag_seconds', 'How long the oldest message waits', [], ({ queue }) => [
    [{}, queue.lagMs / 1000],
  ]),
  feed('total', 'rows_total', 'Rows recorded', [], ({ rows }) => [[{}, rows]]),
  feed('total', 'unscanned_messages_total', 'Messages in another shape than is known, which cost more', [], (one) => [
    [{}, one.unscanned],
  ]),
  feed('total', 'gaps_total', 'Gaps in what was recorded', ['cause'], ({ gaps }) => counted('cause', gaps)),
  feed('highest', 'last_event_age_seconds', 'Time since the last event was received', [], ({ lastEventAgeSeconds }) =>
    lastEventAgeSeconds === null ? [] : [[{}, lastEventAgeSeconds]],
  ),
  sink('sum', 'backlog_segments', 'Closed segments that are not in the lake yet', ({ backlog }) => backlog.segments),
  sink('sum', 'backlog_bytes', 'Bytes of closed segments that are not in the lake yet', ({ backlog }) => backlog.bytes),
  sink('total', 'written_objects_total', 'Objects written to the lake', ({ written }) => written.objects),
  sink('total', 'written_bytes_total', 'Bytes of objects written to the lake', ({ written }) => written.bytes),
];

function session(
  kind: Kind,
  name: string,
  help: string,
  labels: readonly string[],
  samples: (session: SessionReadings) => readonly Sample[],
): Derived<StreamReadings> {
  return {
    name: `feedlake_websocket_${name}`,
    help,
    labels: ['exchange', 'route', ...labels],
    kind,
    samples: ({ sessions }) =>
      sessions.flatMap((one) => {
        const { exchange, route } = one;
        return samples(one).map(([labels, value]): Sample => [{ exchange, route, ...labels }, value]);
      }),
  };
}

function feed(
  kind: Kind,
  name: string,
  help: string,
  labels: readonly string[],
  samples: (feed: FeedReadings) => readonly Sample[],
): Derived<StreamReadings> {
  return {
    name: `feedlake_${name}`,
    help,
    labels: ['exchange', 'dataset', ...labels],
    kind,
    samples: ({ feeds }) =>
      feeds.flatMap((one) => {
        const { exchange, dataset } = one;
        return samples(one).map(([labels, value]): Sample => [{ exchange, dataset, ...labels }, value]);
      }),
  };
}

function sink(kind: Kind, name: string, help: string, value: (sink: SinkReadings) => number): Derived<StreamReadings> {
  return {
    name: `feedlake_lake_${name}`,
    help,
    labels: [],
    kind,
    samples: ({ sink }) => (sink === null ? [] : [[{}, value(sink)]]),
  };
}

function counted(label: string, counts: Readonly<Record<string, number | undefined>>): Sample[] {
  return Object.entries(counts).map(([name, count]) => [{ [label]: name }, count ?? 0]);
}
