import type { Workload } from './messages.ts';

/** One program's way from the bytes of a message to what it keeps of it. */
export interface Contender {
  readonly name: string;
  /** Whether it checks the venue's numbers here, what it makes of decimals, what is left of a message afterwards. */
  readonly checks: string;
  readonly decimals: string;
  readonly keeps: string;
  /** Prepares for the messages of a feed; null where the program does not know it. */
  prepare(workload: Workload): Run | null;
}

/** A contender at work on one feed. */
export interface Run {
  /** The first message is next (again): what was kept is forgotten. */
  restart(): void;
  take(message: Buffer): void;
  /** @throws Error when not all messages since the start were understood. */
  check(): void;
  /** Messages that it takes in place of the workload's. */
  readonly messages?: readonly Buffer[];
}
