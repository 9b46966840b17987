export type { ObjectFilter } from './catalog.ts';
export { isCompacted } from './compact/commit.ts';
export {
  type CompactedDate,
  type CompactionProgress,
  type CompactOptions,
  compact,
  compactedDatasets,
} from './compact/compact.ts';
export { Lake, type WrittenObject } from './lake.ts';
export type { LakeObject } from './layout.ts';
export { historyName, isObjectName, snapshotName } from './object-name.ts';
export { ColumnBatch, RowError } from './parquet/column-batch.ts';
export { ObjectError, type ObjectFooter } from './parquet/footer.ts';
export { metadataKey, type TimeRange } from './parquet/metadata.ts';
export { type ResultFormat, resultFormats, resultTexts, toCsv, toJson, toNdjson } from './query/format.ts';
export {
  type QueryColumn,
  type QueryOptions,
  type QueryResult,
  type QueryRow,
  type QueryStream,
  query,
  queryRows,
  queryToParquet,
} from './query/query.ts';
export { QueryError } from './query/query-error.ts';
export type { QueryValue } from './query/value.ts';
export { arrowStream } from './range/arrow-stream.ts';
export type { Fact } from './range/facts.ts';
export { type FactKey, identityOf, type KeyValue } from './range/identity.ts';
export { mayExceed, type RangePosition, type RangeQuery, readRange } from './range/read-range.ts';
export type { ScanQuery } from './scan.ts';
export { BookTable } from './spool/book-table.ts';
export type { HotTable } from './spool/hot-table.ts';
export type { TableInstruments } from './spool/instruments.ts';
export { endSegment, type Leftover, leftoverSegments } from './spool/leftover.ts';
export type { Sealed } from './spool/seal.ts';
export { Sealer, type SealFailure } from './spool/sealer.ts';
export type { SegmentPart } from './spool/segment-part.ts';
export { type Flushed, Spool, type SpoolOptions } from './spool/spool.ts';
export { TradeTable } from './spool/trade-table.ts';
export { openStore } from './store/open-store.ts';
export type { S3Options } from './store/s3-store.ts';
export type { ByteRange, Store, StoredObject } from './store/store.ts';
export { StoreError, type StoreFault } from './store/store-error.ts';
