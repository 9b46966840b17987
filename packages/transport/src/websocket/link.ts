import type { Fault } from '../fault.ts';
import { Connection, type ConnectionEnd } from './connection.ts';
import type { SessionContext } from './context.ts';
import { type Dialed, Dialer } from './dialer.ts';
import type { Choice } from './endpoints.ts';
import { oddityLog } from './event-log.ts';
import { type Cause, causeOf, type ReplaceReason, type WatchdogStep } from './events.ts';
import { evidenceOf } from './evidence.ts';
import { leftBehind, replacement, sharedTopics } from './replacement.ts';
import type { Subscription } from './rules.ts';
import type { Topic } from './topic.ts';
import { Topics } from './topics.ts';
import { type Silent, silentTopics } from './watchdog.ts';

/** How often a connection is looked after, in milliseconds. */
const tickMs = 500;
/** A venue cuts a connection at an age; this part of it we use. */
const usedAge = 0.97;

interface Held {
  readonly choice: Choice;
  readonly connection: Connection;
  /** When it is too old (µs); Infinity = never. */
  readonly replaceAt: number;
}

/** Of the process, so that a name is never used twice. */
let opened = 0;

/**
 * Keeps as many topics flowing as fit on one connection: connects, comes back after a loss, watches the topics, and
 * replaces a connection that grows old or brings nothing, the new one up before the old one goes.
 */
export class Link {
  readonly topics: Topics;
  readonly #context: SessionContext;
  readonly #dialer: Dialer;
  #current: Held | null = null;
  #next: Held | null = null;
  /** Why a replacement is wanted. */
  #wanted: ReplaceReason | null = null;
  #connecting = false;
  /** Whether it has asked for a canary that was not done with since. */
  #hasCanary = false;

  constructor(context: SessionContext) {
    this.#context = context;
    this.topics = new Topics(context.emit);
    this.#dialer = new Dialer(context, (fault) => this.topics.sharpened(causeOf(fault)));
    void this.#lookAfter();
  }

  /** Open connections: one, two while it is replaced, none while there is none. */
  get open(): readonly Connection[] {
    return [this.#current, this.#next].flatMap((held) => held?.connection ?? []);
  }

  /** Whether an attempt to connect is under way or waited for. */
  get connecting(): boolean {
    return this.#connecting;
  }

  /** Whether a topic is subscribed to for its own sake. */
  wants(topic: string): boolean {
    return this.topics.get(topic)?.isCanary === false;
  }

  add(subscriptions: readonly Subscription[]): void {
    const canary = subscriptions.find(({ topic }) => this.topics.get(topic)?.isCanary === true)?.topic ?? null;
    if (canary !== null) {
      this.topics.remove([canary]);
      this.#hasCanary = false;
    }
    const added = this.topics.add(subscriptions, this.#context.clock.now());
    for (const connection of this.open) {
      this.#ask(
        connection,
        added.filter(({ name }) => name !== canary),
      );
      // Some feeds begin with a whole state, which went nowhere when the canary was asked for.
      if (canary !== null) connection.resubscribe([canary]);
    }
    this.#mindCanary();
    void this.#keepConnected();
  }

  remove(names: readonly string[]): void {
    this.topics.remove(names);
    for (const connection of this.open) connection.unsubscribe(names);
    this.#mindCanary();
    if (this.topics.size === 0) void this.close();
  }

  /** Takes what the connection has brought as evidence for its sparse topics. */
  prove(): void {
    const connection = this.#current?.connection;
    if (connection === undefined) return;
    const now = this.#context.clock.now();
    const { all } = this.topics;
    for (const topic of all) {
      const evidence = topic.rhythm === null ? null : evidenceOf(topic, connection, all);
      if (evidence !== null) this.topics.proved(topic, evidence, now, connection.id);
    }
  }

  /** Ends the connections; after the session's end nothing opens them again. */
  async close(): Promise<void> {
    const { open } = this;
    this.#current = null;
    this.#next = null;
    this.#wanted = null;
    await Promise.all(open.map((connection) => connection.close()));
  }

  get #lacks(): boolean {
    if (this.topics.size === 0) return false;
    return this.#current === null || (this.#wanted !== null && this.#next === null);
  }

  async #lookAfter(): Promise<void> {
    const { clock, signal } = this.#context;
    try {
      for (;;) {
        await clock.delay(tickMs, signal);
        this.#tick(clock.now());
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #keepConnected(): Promise<void> {
    if (this.#connecting) return;
    this.#connecting = true;
    const { signal } = this.#context;
    try {
      while (this.#lacks && !signal.aborted) {
        const dialed = await this.#dialer.dial(() => this.#lacks);
        if (dialed === null) continue;
        if (this.#lacks) this.#take(dialed);
        else dialed.socket.terminate();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#connecting = false;
    }
  }

  #take({ socket, simulated, choice, ms }: Dialed): void {
    const { exchange, rules, clock, random, timeouts, counters, queue, logger, emit } = this.#context;
    const id = `${exchange}-${clock.now()}-${++opened}`;
    const logOddity = oddityLog(logger, exchange, id);
    const connection = new Connection({
      id,
      socket,
      endpoint: choice.endpoint,
      rules,
      clock,
      timeouts,
      counters,
      handlers: {
        onData: (data, received, topic, shownFrom) =>
          this.#received(connection, choice, data, received, topic, shownFrom),
        onAcknowledged: (names) => this.topics.acknowledged(names),
        onSent: (names) => emit({ kind: 'subscribed', at: clock.now(), connection: id, topics: names }),
        onRefused: (names, fault) => this.#refuse(names, fault),
        onOddity: (kind, text) => {
          logOddity(kind, text);
          if (kind === 'malformed') emit({ kind, at: clock.now(), connection: id });
        },
        onComplaint: (fault) => emit({ kind: 'complaint', at: clock.now(), fault, connection: id }),
        onEnd: (end) => this.#ended(connection, end),
      },
    });
    const ageMs = Math.min(timeouts.rotateMs, (rules.limits.maxAgeMs ?? Number.POSITIVE_INFINITY) * usedAge);
    // Connections that were opened together are not replaced together.
    const replaceAt = connection.openedAt + 1000 * ageMs * (1 - 0.05 * random());
    const held = { choice, connection, replaceAt };
    if (this.#current === null) this.#current = held;
    else this.#next = held;
    emit({ kind: 'connected', at: connection.openedAt, ms, simulated, ...connection.place });
    if (queue.full) connection.pause();
    this.#ask(connection, this.topics.all);
  }

  /** Suspects come last, each on its own, so that they can't keep the others from being heard. */
  #ask(connection: Connection, topics: readonly Topic[]): void {
    connection.subscribe(topics.filter(({ suspicion }) => suspicion === null).map(({ name }) => name));
    for (const { suspicion, name } of topics) if (suspicion !== null) connection.subscribe([name]);
  }

  /** A link that has nothing but sparse topics gets a canary; one that has nothing else any more loses it. */
  #mindCanary(): void {
    const { rules, clock } = this.#context;
    const { canary } = rules;
    if (canary === undefined) return;
    const { wanted } = this.topics;
    if (wanted.length === 0) {
      if (this.topics.get(canary.topic) === null) return;
      this.topics.remove([canary.topic]);
      for (const connection of this.open) connection.unsubscribe([canary.topic]);
      this.#hasCanary = false;
    } else if (!this.#hasCanary && !this.topics.has(canary.topic) && wanted.every(({ rhythm }) => rhythm !== null)) {
      const topic = this.topics.addCanary(canary, clock.now());
      for (const connection of this.open) this.#ask(connection, [topic]);
      this.#hasCanary = true;
    }
  }

  #received(
    connection: Connection,
    choice: Choice,
    data: Buffer,
    received: number,
    topic: string,
    shownFrom: number | null,
  ): void {
    const isCurrent = connection === this.#current?.connection;
    // What a replaced connection still brings, its successor brings as well.
    if (!isCurrent && connection !== this.#next?.connection) return;
    this.topics.received(topic, received, connection.id, shownFrom, isCurrent);
    if (!connection.useful) {
      connection.useful = true;
      this.#dialer.proved(choice);
    }
    if (!this.#hasCanary || this.topics.get(topic)?.isCanary !== true) {
      this.#context.queue.add(data, received, connection.id, topic);
    }
  }

  #refuse(names: readonly string[], fault: Fault): void {
    this.topics.refused(names, fault, this.#context.clock.now());
    for (const connection of this.open) connection.forget(names);
    this.#mindCanary();
  }

  #ended(connection: Connection, { code, fault }: ConnectionEnd): void {
    const { clock, signal, emit, counters, queue } = this.#context;
    if (signal.aborted) return;
    const held = [this.#current, this.#next].find((one) => one?.connection === connection);
    if (held === undefined || held === null) return;
    const at = clock.now();
    const cause: Cause = queue.full ? 'overload' : causeOf(fault);
    if (held === this.#current) this.prove();
    emit({ kind: 'disconnected', at, cause, code, fault, ...connection.place });
    const { topics, proven } = connection.suspects;
    if (fault.kind === 'network') {
      this.topics.suspected(topics, proven, at);
      this.#mindCanary();
    }
    this.#dialer.lost(held.choice, fault, connection.useful);
    if (held === this.#next) this.#next = null;
    else {
      counters.reconnected(cause);
      this.#current = this.#next;
      this.#next = null;
      this.#wanted = null;
      this.topics.interrupted(leftBehind(this.topics.all, this.#current?.connection ?? null), cause, at);
    }
    void this.#keepConnected();
  }

  #tick(now: number): void {
    const { queue } = this.#context;
    for (const connection of this.open) connection.tick(now);
    this.prove();
    if (queue.full || this.#current === null) return;
    if (this.#next !== null) this.#settle(this.#current, this.#next, now);
    else if (this.#wanted === 'silent' && !this.topics.all.some(isSilent)) this.#wanted = null;
    else if (this.#wanted !== 'silent') this.#watch(this.#current, now);
    if (this.#wanted === null && this.#current !== null && now >= this.#current.replaceAt) this.#replace('age');
  }

  #watch(held: Held, now: number): void {
    const { endpoints, listeningSince, timeouts } = this.#context;
    const silent = silentTopics({
      connection: held.connection,
      topics: this.topics.all,
      channels: this.topics.channels,
      now,
      listeningSince: listeningSince(),
      socketSilenceMs: timeouts.socketSilenceMs,
      patientAfter: endpoints.size + 1,
    });
    if (silent.length > 0) this.#act(held, silent, now);
  }

  /** Asks again for what fell silent for the first time; for the rest another connection is tried, then elsewhere. */
  #act({ choice, connection }: Held, silent: readonly Silent[], now: number): void {
    const { emit } = this.#context;
    const certain = silent.filter((one) => one.certain);
    this.topics.fellSilent(certain, now, connection.id);
    const suspected = silent.filter((one) => !one.certain).map(({ topic }) => topic);
    this.topics.interrupted(suspected, 'resubscribe', now);
    const again = silent.filter(({ step, certain: sure }) => step === 0 || !sure).map(({ topic }) => topic);
    const lost = certain.filter(({ step }) => step > 0).map(({ topic }) => topic);
    const furthest = Math.max(0, ...certain.map(({ step }) => step));
    for (const { topic, step } of silent) {
      topic.step = Math.max(topic.step, step + 1);
      topic.actedAt = now;
    }
    const tell = (step: WatchdogStep, topics: readonly Topic[]) =>
      emit({ kind: 'watchdog', at: now, step, topics: topics.map(({ since }) => since), connection: connection.id });
    if (again.length > 0) {
      tell('resubscribe', again);
      connection.resubscribe(again.map(({ name }) => name));
    }
    if (lost.length === 0) return;
    let step: WatchdogStep = 'reconnect';
    if (furthest > 1) {
      const message = `${lost.length} topics stay silent on ${choice.endpoint.host}`;
      const { host, proxy } = this.#dialer.moveOn(choice, { kind: 'timeout', message });
      if (proxy !== choice.endpoint.proxy) step = 'next_proxy';
      else if (host !== choice.endpoint.host) step = 'next_host';
    }
    tell(step, lost);
    this.#replace('silent');
  }

  #replace(reason: ReplaceReason): void {
    this.#wanted = reason;
    void this.#keepConnected();
  }

  /** Decides between a connection and its replacement, as soon as that can be told. */
  #settle(old: Held, next: Held, now: number): void {
    const { timeouts, counters, emit } = this.#context;
    const reason = this.#wanted ?? 'age';
    const pair = { old: old.connection, next: next.connection, topics: this.topics.all, now };
    const verdict = replacement({ ...pair, overlapMs: timeouts.overlapMs });
    if (verdict === null) return;
    const taken = verdict === 'take';
    const connections = [old.connection.id, next.connection.id] as const;
    const overlap = { from: next.connection.openedAt, to: now, doubled: sharedTopics(pair), connections };
    emit({ kind: 'overlap', at: now, reason, taken, ...overlap });
    this.#next = null;
    if (taken) {
      counters.reconnected(reason);
      this.#current = next;
      this.#wanted = null;
      const sparse = this.topics.all.filter(({ rhythm, interruption }) => rhythm !== null && interruption === null);
      this.topics.interrupted(leftBehind(sparse, next.connection), 'disconnect', now);
      void old.connection.close();
    } else {
      this.#dialer.lost(
        next.choice,
        { kind: 'timeout', message: 'a replacement brings less than what it replaces' },
        false,
      );
      void next.connection.close();
      void this.#keepConnected();
    }
  }
}

function isSilent({ interruption }: Topic): boolean {
  return interruption !== null && interruption.silence !== null;
}
