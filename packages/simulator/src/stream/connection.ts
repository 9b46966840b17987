import type { Socket } from 'node:net';
import { floorTo, second } from '@feedlake/schema';
import type { WebSocket } from 'ws';
import type { FaultRule } from '../fault/rule.ts';
import { textFrames } from './frames.ts';
import type { Client, ConnectionRules, Session } from './protocol.ts';
import { Throttle } from './throttle.ts';
import type { Timeline } from './timeline.ts';

/** How much may wait for one client before driven time lets it read, and before it is cut off as too slow. Bytes. */
const plenty = 1_000_000;
const tooMuch = 256_000_000;
/** Frames of a client that are remembered. */
const memory = 1000;
/** The close code for what breaks a venue's rules. */
const policyViolation = 1008;

/** What a connection tells of itself. */
export interface ConnectionReport {
  /** `binance#3`: the venue and the number of the connection, as in the truth's `sentTo`. */
  readonly name: string;
  /** With the query. */
  readonly path: string;
  readonly openedAt: number;
  /** Null while it is open. */
  readonly closedAt: number | null;
  readonly topics: readonly string[];
  /** The text frames that the client has sent, the last thousand. */
  readonly received: readonly string[];
}

/** What a connection asks of the venue's side. */
export interface Venue {
  readonly timeline: Timeline;
  readonly rules: ConnectionRules;
  /** Whether limits are enforced. */
  readonly strict: boolean;
  subscribe(connection: Connection, topic: string): void;
  unsubscribe(connection: Connection, topic: string): void;
  /** The connection is over, though its socket may still be there. */
  left(connection: Connection): void;
  /** Its socket is gone. */
  gone(connection: Connection): void;
}

/** One client's connection. Times in microseconds. */
export class Connection implements Client {
  readonly name: string;
  readonly path: string;
  readonly session: Session;
  readonly openedAt: number;
  lastReceived: number;
  /** When the ping was sent that has no pong yet. */
  pingedAt: number | null = null;
  throttle: Throttle | null = null;
  readonly #venue: Venue;
  readonly #web: WebSocket;
  readonly #socket: Socket;
  readonly #topics = new Set<string>();
  #received: string[] = [];
  #window = 0;
  #inWindow = 0;
  #pending: string[] = [];
  #pendingLength = 0;
  #closedAt: number | null = null;
  #ending = false;
  #halted = false;
  /** Whether driven time goes on without waiting for it. */
  #givenUp = false;

  constructor(name: string, path: string, session: Session, venue: Venue, web: WebSocket, socket: Socket) {
    this.name = name;
    this.path = path;
    this.session = session;
    this.#venue = venue;
    this.#web = web;
    this.#socket = socket;
    this.openedAt = venue.timeline.now();
    this.lastReceived = this.openedAt;
    web.on('message', (data) => this.#take(String(data)));
    web.on('ping', () => this.#count());
    web.on('pong', () => {
      this.pingedAt = null;
      this.#givenUp = false;
      this.#count();
    });
    // A broken frame or a reset is the client's end; 'close' follows.
    web.on('error', () => {});
    web.on('close', () => {
      this.#leave();
      venue.gone(this);
    });
  }

  get topics(): ReadonlySet<string> {
    return this.#topics;
  }

  get open(): boolean {
    return !this.#ending && this.#closedAt === null;
  }

  /** Whether what is written now would be sent. */
  get writable(): boolean {
    return this.open && !this.#halted;
  }

  /** Whether the client has yet to read a lot, or to answer a ping. */
  get waiting(): boolean {
    if (!this.writable || this.#givenUp) return false;
    return this.pingedAt !== null || this.#socket.writableLength > plenty;
  }

  /** Waits no more until it has caught up. */
  giveUp(): void {
    this.#givenUp = this.waiting;
  }

  get strict(): boolean {
    return this.#venue.strict;
  }

  report(): ConnectionReport {
    const { name, path, openedAt } = this;
    return {
      name,
      path,
      openedAt,
      closedAt: this.#closedAt,
      topics: [...this.#topics],
      received: this.#received.slice(-memory),
    };
  }

  /** Sends a message with the next {@link flush}. @returns false where it can't be sent any more. */
  write(text: string): boolean {
    if (!this.writable) return false;
    this.#pending.push(text);
    this.#pendingLength += text.length;
    if (this.#pendingLength > plenty) this.flush();
    return true;
  }

  /** Hands over to the socket what was written. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const pending = this.#pending;
    if (this.#socket.writableLength === 0 && this.pingedAt === null) this.#givenUp = false;
    this.#pending = [];
    this.#pendingLength = 0;
    this.#socket.write(textFrames(pending));
    if (this.#socket.writableLength > tooMuch) this.#web.terminate();
  }

  reply(text: string): void {
    if (!this.writable) return;
    this.flush();
    this.#web.send(text);
  }

  subscribe(topic: string): void {
    this.#topics.add(topic);
    this.#venue.subscribe(this, topic);
  }

  note(topic: string): void {
    this.#topics.add(topic);
  }

  unsubscribe(topic: string): void {
    this.#topics.delete(topic);
    this.#venue.unsubscribe(this, topic);
  }

  ping(): void {
    if (!this.writable) return;
    this.flush();
    this.pingedAt ??= this.#venue.timeline.now();
    this.#web.ping();
  }

  close(code: number, reason: string): void {
    if (!this.open) return;
    this.flush();
    this.#ending = true;
    if (this.#halted) this.#socket.destroy();
    else this.#web.close(code, reason);
    this.#leave();
  }

  drop(): void {
    if (!this.open) return;
    this.flush();
    this.#ending = true;
    // Ended rather than destroyed, so that what was sent before arrives.
    this.#socket.end(() => this.#socket.destroy());
    this.#leave();
  }

  /** Neither reads nor writes any more, and stays. */
  halt(): void {
    this.flush();
    this.#halted = true;
    this.#web.pause();
  }

  /** From now on brings only so much as a rule says. */
  slowDown(rule: FaultRule, stands: () => boolean): void {
    if (this.throttle !== null) return;
    const { timeline } = this.#venue;
    this.throttle = new Throttle(rule.bytesPerSecond ?? 1024, timeline.now(), stands, {
      write: (text) => this.write(text),
      done: () => {
        this.throttle = null;
      },
    });
    timeline.schedule(this.throttle);
  }

  /** Ends it at once, whatever waits. */
  terminate(): void {
    this.#ending = true;
    this.#web.terminate();
    this.#leave();
  }

  #take(text: string): void {
    this.lastReceived = this.#venue.timeline.now();
    this.#received.push(text);
    if (this.#received.length > 2 * memory) this.#received = this.#received.slice(-memory);
    if (this.#count() && this.open) this.session.received(this, text);
    this.flush();
  }

  /** Counts a frame of the client's. @returns false where it was one too many. */
  #count(): boolean {
    const most = this.#venue.rules.incomingPerSecond;
    if (most === undefined || !this.#venue.strict) return true;
    const window = floorTo(this.#venue.timeline.now(), second);
    this.#inWindow = window === this.#window ? this.#inWindow + 1 : 1;
    this.#window = window;
    if (this.#inWindow <= most) return true;
    this.close(policyViolation, 'Too many requests');
    return false;
  }

  #leave(): void {
    this.#closedAt ??= this.#venue.timeline.now();
    this.throttle?.abandon();
    this.#venue.left(this);
  }
}
