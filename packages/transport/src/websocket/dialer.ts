import type { WebSocket } from 'ws';
import type { Fault, FaultKind } from '../fault.ts';
import { backoffMs } from '../rest/backoff.ts';
import { takeTurn } from './attempts.ts';
import { connectFailure } from './connect-failure.ts';
import type { SessionContext } from './context.ts';
import type { Choice, Endpoint, Failure } from './endpoints.ts';
import { openSocket } from './open-socket.ts';

/** The least pause after a rate limit or a ban that comes without a retry time, in milliseconds. */
const pauseMs: Partial<Record<FaultKind, number>> = { rate_limited: 5_000, banned: 120_000 };
/** Whatever a venue says: after so long it is tried again, or a ban looked at again. */
const longestWaitMs = 3_600_000;
/** Waiting does not help against these, another host or proxy may. */
const elsewhereAtOnce: readonly FaultKind[] = ['geo_blocked', 'auth', 'banned'];

export interface Dialed {
  readonly socket: WebSocket;
  readonly simulated: boolean;
  readonly choice: Choice;
  /** How long it took, waits for budget aside. */
  readonly ms: number;
}

/** Opens sockets, one attempt at a time: knows where to, and how long to wait after what went wrong. */
export class Dialer {
  readonly #context: SessionContext;
  readonly #onFailed: (fault: Fault) => void;
  /** Where to go next, where that is decided already. */
  #chosen: Choice | null = null;
  /** Failures in a row: neither a connection nor an ack ends the row, only useful data. */
  #failures = 0;
  #waitMs = 0;

  constructor(context: SessionContext, onFailed: (fault: Fault) => void) {
    this.#context = context;
    this.#onFailed = onFailed;
  }

  /**
   * Waits as the last failure calls for, then tries once.
   * @returns null when that failed, or was not wanted any more after the wait
   * @throws the session's end
   */
  async dial(isWanted: () => boolean): Promise<Dialed | null> {
    const { exchange, rules, endpoints, timeouts, clock, random, signal, counters } = this.#context;
    const waitMs = Math.ceil(this.#waitMs);
    if (waitMs > 0) await clock.delay(waitMs, signal);
    this.#waitMs = 0;
    if (!isWanted()) return null;
    const choice = this.#chosen ?? endpoints.choose();
    this.#chosen = null;
    const { url, exit, book } = choice.endpoint;
    try {
      const lease = await takeTurn({ exchange, book, clock, random, signal });
      const started = clock.now();
      counters.attempts++;
      const { headers = {} } = rules;
      const opening = openSocket({ url, exit, headers, handshakeMs: timeouts.handshakeMs, clock, signal });
      const opened = await opening.finally(() => lease.settle());
      choice.endpoint.logConnection();
      return { ...opened, choice, ms: (clock.now() - started) / 1000 };
    } catch (error) {
      if (signal.aborted) throw error;
      this.#failed(choice, connectFailure(error, choice.endpoint, rules, clock.now()));
      return null;
    }
  }

  /** Useful data came through a new connection. */
  proved(choice: Choice): void {
    this.#failures = 0;
    this.#context.endpoints.proved(choice);
  }

  /** A connection came about and is lost; `useful` where it brought data. */
  lost(choice: Choice, fault: Fault, useful: boolean): void {
    const { endpoints, counters } = this.#context;
    counters.failed(fault.kind);
    this.#block(choice, fault);
    if (!useful || elsewhereAtOnce.includes(fault.kind)) {
      endpoints.failed(choice, { fault, atProxy: false }, 'connection');
    }
    this.#waitMs = this.#backoff();
  }

  /** Leaves an endpoint that is connected and of no use; gives the one that the next attempt goes to. */
  moveOn(choice: Choice, fault: Fault): Endpoint {
    const { endpoints } = this.#context;
    endpoints.failed(choice, { fault, atProxy: false }, 'topics');
    this.#chosen = endpoints.choose();
    return this.#chosen.endpoint;
  }

  #failed(choice: Choice, failure: Failure): void {
    const { endpoints, clock, emit, counters } = this.#context;
    const { fault, atProxy } = failure;
    counters.failed(fault.kind);
    const until = this.#block(choice, fault);
    if (fault.kind !== 'rate_limited') endpoints.failed(choice, failure, 'attempt');
    const attempt = this.#failures + 1;
    const backoff = this.#backoff();
    const at = clock.now();
    const toldMs = endpoints.anyFresh ? 0 : ((fault.retryAt ?? 0) - at) / 1000;
    const atOnce = endpoints.anyFresh && (atProxy || elsewhereAtOnce.includes(fault.kind));
    const probeMs = endpoints.refusal === null ? 0 : (endpoints.nextProbe - at) / 1000;
    this.#waitMs = atOnce ? 0 : Math.min(longestWaitMs, Math.max(backoff, toldMs, probeMs));
    const refusal = endpoints.newRefusal();
    const retryAt = Math.max(at + Math.ceil(this.#waitMs) * 1000, atOnce ? 0 : until);
    const { host, exit } = choice.endpoint;
    emit({ kind: 'failed', at, fault, attempt, retryAt, host, proxy: exit.label });
    if (refusal !== null) emit({ kind: 'unavailable', at, fault: refusal, retryAt });
    this.#onFailed(fault);
  }

  #backoff(): number {
    const { timeouts, random } = this.#context;
    return backoffMs({ baseMs: timeouts.reconnectMs, capMs: timeouts.reconnectMaxMs }, this.#failures++, random);
  }

  /** A rate limit or a ban holds for all sessions that go this way. Gives its end (µs), 0 where there is none. */
  #block({ endpoint }: Choice, fault: Fault): number {
    const leastMs = pauseMs[fault.kind];
    if (leastMs === undefined) return 0;
    const { clock, timeouts, random } = this.#context;
    const extraMs = backoffMs({ baseMs: leastMs, capMs: timeouts.reconnectMaxMs }, this.#failures, random);
    const until = fault.retryAt ?? clock.now() + Math.ceil(leastMs + extraMs) * 1000;
    endpoint.book.block(fault, until);
    return until;
  }
}
