import type { Fault, Incoming } from '@feedlake/transport';

/** What messages of a stream are, in the terms of a session. */

export const unknown: Incoming = { kind: 'unknown' };
export const heartbeat: Incoming = { kind: 'heartbeat' };

export function dataOf(topic: string): Incoming {
  return { kind: 'data', topic };
}

/** An accepted subscription, told by the id of its frame, by its topics, or by neither. */
export function accepted(id: number | null, topics: readonly string[] | null = null): Incoming {
  return { kind: 'ack', id, topics };
}

/** A refused subscription, told by the id of its frame, by the topics to blame, or by neither. */
export function refused(fault: Fault, id: number | null, topics: readonly string[] | null = null): Incoming {
  return { kind: 'refused', id, topics, fault };
}

export function complaint(fault: Fault): Incoming {
  return { kind: 'error', fault };
}

/** Whether the content of a message is there: an object or a list. */
export function isContent(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
