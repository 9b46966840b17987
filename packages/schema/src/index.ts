export type { Column, Columns, ColumnType } from './column.ts';
export { type Dataset, type DatasetName, datasetNames, datasets, schemaVersion } from './datasets.ts';
export { decimalOfDouble, half, isDecimal, multiply, plainDecimal, survivesDouble } from './decimal.ts';
export { parseJson } from './json.ts';
export { type AnyRow, type Candidate, faultOf, faultOfValue, type Row } from './row.ts';
export { rowJson } from './row-json.ts';
export { formatSymbol, isDollar, parseSymbol, type SymbolParts, symbolFromInput } from './symbol.ts';
export { day, floorTo, fromEpoch, hour, isoDate, isoTime, minute, now, parseIsoTime, second } from './time.ts';
