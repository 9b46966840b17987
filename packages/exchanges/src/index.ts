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
export { bookAt, type KnownBook, type UnknownBook } from './book/book-at.ts';
export type { BookRow } from './book/book-message.ts';
export type { BookLevel } from './book/book-side.ts';
export type { BookSequencer, BookVerdict } from './book/sequencer.ts';
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
export { nativeAdapters, nativeOptions } from './registry.ts';
export { replyMapperFor } from './reply.ts';
export type { BookSink, ScanBook, ScanTrades, TradeSink } from './stream/hot.ts';
export type {
  BookKeeping,
  Poll,
  PollQuery,
  Replays,
  StreamedDataset,
  StreamedInstrument,
  Streams,
  StreamTopic,
  TopicOptions,
} from './stream/streams.ts';
