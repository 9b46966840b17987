import { type Column, type Columns, type DatasetName, datasets } from '@feedlake/schema';
import * as z from 'zod';

/** The schema of a row as JSON, from the schema of the lake. */
export function rowSchema(dataset: DatasetName, title: string) {
  const { columns, doc } = datasets[dataset] as { columns: Columns; doc: string };
  const shape: Record<string, z.ZodType> = {};
  for (const [name, column] of Object.entries(columns)) {
    if (name !== 'exact') shape[name] = valueSchema(column);
  }
  return z.object(shape).meta({ id: title, description: doc });
}

function valueSchema(column: Column): z.ZodType {
  const schema = typeSchema(column);
  const unit = column.unit === undefined ? '' : ` (${column.unit})`;
  const described = schema.meta({ description: `${column.doc}${unit}` });
  return column.nullable ? described.nullable() : described;
}

function typeSchema({ type }: Column) {
  switch (type) {
    case 'decimal':
      return z.string().meta({ format: 'decimal', pattern: '^-?\\d+(\\.\\d+)?$', example: '60000.1' });
    case 'time':
      return z.string().meta({ format: 'date-time', example: '2026-10-01T08:00:00.000000Z' });
    case 'integer':
      return z.int();
    case 'text':
      return z.string();
    case 'flag':
      return z.boolean();
  }
}
