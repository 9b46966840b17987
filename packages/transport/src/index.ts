export { type Clock, systemClock } from './clock.ts';
export { type Fault, type FaultKind, VenueError } from './fault.ts';
export { ProxyPool, type ProxyPoolOptions, type ProxyScore, type ProxyTurn } from './proxy/pool.ts';
export type { BreakerState } from './rest/breaker.ts';
export { classify, malformed } from './rest/classify.ts';
export { RestClient } from './rest/client.ts';
export type { RestAttempt, RestClientOptions, RestOutcome } from './rest/client-options.ts';
export type { Budget, RestReply, RestRequest, RestRules } from './rest/request.ts';
export type { RestStats } from './rest/stats.ts';
