export { createToken, hashToken } from './access/token.ts';
export { type Scope, TokenBook, type TokenEntry } from './access/token-book.ts';
export { type Api, createApi } from './create-api.ts';
export { docsFiles } from './docs/files.ts';
export { type ApiExchange, exchangesOf } from './exchanges.ts';
export { ProblemError } from './http/problem.ts';
export type { ApiOptions, ApiSettings, MetricsText } from './options.ts';
export {
  type ApiServerOptions,
  onSocket,
  startApiServer,
} from './serve/api-server.ts';
export { SnapshotTaker, type SnapshotTakerOptions } from './snapshots/snapshot-taker.ts';
export type {
  BackfillProgress,
  Backfills,
  BackfillWanted,
  SnapshotRequest,
  Snapshots,
  SnapshotTaken,
  WorkFailure,
} from './work.ts';
