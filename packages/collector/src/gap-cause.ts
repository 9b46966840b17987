import { StoreError } from '@feedlake/lake';
import type { FaultKind } from '@feedlake/transport';

const causes: Partial<Record<FaultKind | 'internal', string>> = {
  rate_limited: 'rate_limited',
  banned: 'blocked',
  geo_blocked: 'blocked',
  auth: 'blocked',
  network: 'disconnect',
  timeout: 'disconnect',
  bad_symbol: 'refused',
  internal: 'internal',
};

/** The `cause` of a gap that a failure at the venue leaves in the lake. */
export function gapCause(kind: string): string {
  return causes[kind as FaultKind | 'internal'] ?? 'upstream_error';
}

/** The `cause` of a gap that comes of an error on our side. */
export function ownGapCause(error: unknown): string {
  if (!(error instanceof StoreError)) return 'internal';
  return error.fault === 'disk_full' ? 'disk_full' : 'store_error';
}
