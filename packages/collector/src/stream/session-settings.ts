import { type ExchangeConfig, milliseconds } from '@feedlake/config';
import type { StreamTopic } from '@feedlake/exchanges';
import type { WebSocketSessionOptions } from '@feedlake/transport';

/** What the settings of an exchange say about its WebSocket sessions. */
export function sessionSettings({
  endpoints,
  timeouts,
  websocket,
}: ExchangeConfig): Pick<WebSocketSessionOptions, 'hosts' | 'timeouts' | 'queue'> {
  return {
    ...(endpoints.websocket !== undefined && { hosts: endpoints.websocket }),
    timeouts: {
      handshakeMs: milliseconds(timeouts.connect),
      rotateMs: milliseconds(websocket.rotate_after),
      reconnectMs: milliseconds(websocket.reconnect_delay),
      reconnectMaxMs: milliseconds(websocket.reconnect_delay_max),
    },
    queue: { messages: websocket.queue },
  };
}

/** The topic with the deadline that the settings give its dataset: then it is that, whatever its rhythm. */
export function withSilence(topic: StreamTopic, { timeouts }: ExchangeConfig): StreamTopic {
  const silence = timeouts.silence[topic.dataset];
  return silence === undefined ? topic : { ...topic, silenceMs: milliseconds(silence), sparse: false };
}

/** The widths of candles that are wanted, in seconds. */
export function candleSeconds({ candle_intervals }: ExchangeConfig): number[] {
  return candle_intervals.map((interval) => milliseconds(interval) / 1000);
}
