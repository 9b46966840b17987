import type { FaultKind } from '@feedlake/transport';

const causes: Partial<Record<FaultKind, string>> = {
  rate_limited: 'rate_limited',
  banned: 'blocked',
  geo_blocked: 'blocked',
  auth: 'blocked',
  network: 'disconnect',
  timeout: 'disconnect',
};

/** The cause of the gap that a fault of a request makes. */
export function causeOfFault(kind: FaultKind): string {
  return causes[kind] ?? 'upstream_error';
}
