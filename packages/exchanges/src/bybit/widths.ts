/** Candle widths in seconds, by Bybit's names ("Kline"). Months have no fixed width. */
export const widths: Readonly<Record<number, string>> = {
  60: '1',
  180: '3',
  300: '5',
  900: '15',
  1800: '30',
  3600: '60',
  7200: '120',
  14400: '240',
  21600: '360',
  43200: '720',
  86400: 'D',
  604800: 'W',
};
