import Table from 'cli-table3';

/** A column of a table for people. */
export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

const plain = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** More rows than anybody reads in a table. */
const mostRows = 1000;

/** Lays out rows of texts under their titles; ends with a newline. Numbers belong into columns aligned right. */
export function renderTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: plain,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows.slice(0, mostRows)) table.push([...row]);
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  if (rows.length > mostRows)
    lines.push(`… and ${rows.length - mostRows} more rows; the other formats have all of them`);
  return `${lines.join('\n')}\n`;
}
