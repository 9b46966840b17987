/** A whole number for people, digits in groups of three: `12 345`. */
export function countText(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** A rate for people: one decimal where it is small. */
export function rateText(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : countText(rate);
}

const sizes = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A size for people: `512 B`, `3.4 MB`. */
export function sizeText(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 999.5 && unit < sizes.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${sizes[unit]}`;
}
