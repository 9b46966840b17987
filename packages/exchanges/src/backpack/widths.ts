/** Candle widths in seconds, by Backpack's names (docs: `KlineInterval`). Months have no fixed width. */
export const widths: Readonly<Record<number, string>> = {
  60: '1m',
  180: '3m',
  300: '5m',
  900: '15m',
  1800: '30m',
  3600: '1h',
  7200: '2h',
  14400: '4h',
  21600: '6h',
  28800: '8h',
  43200: '12h',
  86400: '1d',
  259200: '3d',
  604800: '1w',
};
