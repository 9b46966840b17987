export type {
  ExchangeAdapter,
  History,
  HistoryQuery,
  NotOffered,
  Page,
  Pages,
  PolledDataset,
  ReplyMapper,
  Selection,
  Snapshot,
} from './adapter.ts';
export {
  CcxtEngine,
  type CcxtReply,
  type CcxtRequest,
  type CcxtSnapshot,
  ccxtIds,
  NotOfferedError,
} from './ccxt/index.ts';
export { Mapping, type Origin, type RejectedRow, type RowSink } from './mapping.ts';
export { Reference } from './reference.ts';
export { nativeAdapters } from './registry.ts';
export { replyMapperFor } from './reply.ts';
