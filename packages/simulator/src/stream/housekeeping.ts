import { second } from '@feedlake/schema';
import type { Connection } from './connection.ts';
import type { ConnectionRules } from './protocol.ts';
import type { Task } from './scheduler.ts';

/** Close codes: for what breaks a venue's rules, and for a life that is over. */
const policyViolation = 1008;
const goingAway = 1001;

/** What a venue does to a connection by the clock: pings, and its end for being idle, mute or too old. */
export class Housekeeping implements Task {
  due: number;
  readonly #connection: Connection;
  readonly #rules: ConnectionRules;
  #nextPing: number;

  constructor(connection: Connection, rules: ConnectionRules) {
    this.#connection = connection;
    this.#rules = rules;
    this.#nextPing = connection.openedAt + (rules.ping?.every ?? Number.POSITIVE_INFINITY) * second;
    this.due = this.#next();
  }

  run(): void {
    const at = this.due;
    if (this.#connection.open) this.#look(at);
    this.due = this.#connection.open ? this.#next() : Number.POSITIVE_INFINITY;
  }

  #look(at: number): void {
    const { ping } = this.#rules;
    if (at >= this.#endOfLife) this.#connection.close(goingAway, '');
    else if (at >= this.#idleEnd || at >= this.#pongEnd) this.#connection.close(policyViolation, '');
    else if (ping !== undefined && at >= this.#nextPing) {
      this.#nextPing += ping.every * second;
      this.#connection.ping();
    }
  }

  #next(): number {
    return Math.min(this.#nextPing, this.#pongEnd, this.#idleEnd, this.#endOfLife);
  }

  get #endOfLife(): number {
    return this.#connection.openedAt + (this.#rules.lifetime ?? Number.POSITIVE_INFINITY) * second;
  }

  get #idleEnd(): number {
    return this.#connection.lastReceived + (this.#rules.idle ?? Number.POSITIVE_INFINITY) * second;
  }

  get #pongEnd(): number {
    const { pingedAt } = this.#connection;
    return pingedAt === null ? Number.POSITIVE_INFINITY : pingedAt + (this.#rules.ping?.within ?? 0) * second;
  }
}
