export { type Clock, systemClock } from './clock.ts';
export { type Fault, type FaultKind, VenueError } from './fault.ts';
export { proxyLabel } from './proxy/address.ts';
export { ProxyPool, type ProxyPoolOptions, type ProxyScore, type ProxyTurn } from './proxy/pool.ts';
export type { BreakerState } from './rest/breaker.ts';
export { classify, malformed } from './rest/classify.ts';
export { RestClient } from './rest/client.ts';
export type { RestAttempt, RestClientOptions, RestOutcome } from './rest/client-options.ts';
export type { Budget, RestReply, RestRequest, RestRules } from './rest/request.ts';
export type { RestStats } from './rest/stats.ts';
export type { WebSocketTimeouts } from './websocket/context.ts';
export type { Cause, SessionEvent, Since, WatchdogStep } from './websocket/events.ts';
export type { OnMessage, QueueLimits } from './websocket/queue.ts';
export type { Incoming, Rate, Subscription, WebSocketLimits, WebSocketRules } from './websocket/rules.ts';
export { WebSocketSession } from './websocket/session.ts';
export type {
  ConnectionStats,
  TopicStats,
  WebSocketSessionOptions,
  WebSocketStats,
} from './websocket/session-options.ts';
