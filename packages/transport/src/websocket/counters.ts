import type { FaultKind } from '../fault.ts';
import type { Cause } from './events.ts';

/** What a session has counted since it was made. */
export class Counters {
  messages = 0;
  bytes = 0;
  malformed = 0;
  unknown = 0;
  handlerErrors = 0;
  attempts = 0;
  readonly faults: Partial<Record<FaultKind, number>> = {};
  readonly reconnects: Partial<Record<Cause | 'age', number>> = {};

  failed(kind: FaultKind): void {
    this.faults[kind] = (this.faults[kind] ?? 0) + 1;
  }

  reconnected(cause: Cause | 'age'): void {
    this.reconnects[cause] = (this.reconnects[cause] ?? 0) + 1;
  }
}
