import { day, hour } from '@feedlake/schema';

/** The ends of the quarter that runs at `time` and of the next: last Friday of March, June, September, December, 08:00 UTC. */
export function quarterlyExpiries(time: number): [number, number] {
  const year = new Date(time / 1000).getUTCFullYear();
  const ends = [year, year + 1].flatMap((y) => [3, 6, 9, 12].map((month) => lastFriday(y, month)));
  const [first = 0, next = 0] = ends.filter((end) => end > time);
  return [first, next];
}

function lastFriday(year: number, month: number): number {
  const lastDay = Date.UTC(year, month, 0) * 1000;
  const back = (new Date(lastDay / 1000).getUTCDay() + 2) % 7;
  return lastDay - back * day + 8 * hour;
}
