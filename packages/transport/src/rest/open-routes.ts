import type { Logger } from '@feedlake/telemetry';
import type { Clock } from '../clock.ts';
import { logConnections } from '../proxy/connection-log.ts';
import { type Exit, type ExitOptions, openExit } from '../proxy/dispatcher.ts';
import type { ProxyPool } from '../proxy/pool.ts';
import { utcTime } from '../utc-time.ts';
import { CircuitBreaker } from './breaker.ts';
import { budgetBook } from './budget-registry.ts';
import type { Budget } from './request.ts';
import { type Endpoint, type Route, Routes } from './routes.ts';

const threshold = 5;
/** How long a breaker stays open the first time, in milliseconds; a request waits that long for it, no longer. */
export const firstOpenMs = 5_000;
const maxOpenMs = 60_000;

export interface RouteOptions extends Omit<ExitOptions, 'onConnect'> {
  readonly exchange: string;
  readonly hosts: readonly string[];
  readonly pool: ProxyPool;
  readonly budgets: readonly Budget[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Sets up every way out to a venue's hosts; nothing is connected yet.
 * @throws TypeError when a host or a proxy is not what it must be.
 */
export function openRoutes(options: RouteOptions): Routes {
  const { exchange, hosts, pool, budgets, clock, logger } = options;
  const bases = hosts.map((host) => baseUrl(exchange, host));
  const routes = pool.proxies('rest').map((proxy): Route => {
    const exit = openExit(proxy, { ...options, onConnect: logConnections(logger, exchange, 'rest', proxy) });
    const endpoints = bases.map((base) => endpoint(base, exit, options));
    const book = budgetBook(exchange, bases, exit.label, budgets, clock);
    return { proxy, exit, book, endpoints: atLeastOne(endpoints, `${exchange}: no REST host is set`) };
  });
  return new Routes(routes, pool);
}

/** How an endpoint is called in logs and figures. */
export function endpointLabel(host: string, exit: Exit): string {
  return exit.proxied ? `${host} via ${exit.label}` : host;
}

function endpoint(base: string, exit: Exit, { exchange, clock, logger }: RouteOptions): Endpoint {
  const { host } = new URL(base);
  const label = endpointLabel(host, exit);
  const breaker: CircuitBreaker = new CircuitBreaker({
    threshold,
    openMs: firstOpenMs,
    maxOpenMs,
    clock,
    onChange: (state, fault) => {
      const fields = { exchange, host, proxy: exit.label, breaker: state };
      if (state === 'closed') logger.info(fields, `${exchange}: ${label} answers again`);
      else if (state === 'half_open') logger.info(fields, `${exchange}: trying ${label} again`);
      else {
        const until = utcTime(breaker.probeAt);
        logger.warn(
          fields,
          `${exchange}: ${label} fails again and again, left alone until ${until}: ${fault?.message}`,
        );
      }
    },
  });
  return { baseUrl: base, host, breaker };
}

function baseUrl(exchange: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const known = url !== null && ['http:', 'https:'].includes(url.protocol);
  if (!known || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TypeError(
      `${exchange}: a REST host must be http(s)://host[:port][/path], without user, query or fragment`,
    );
  }
  return url.href.replace(/\/+$/, '');
}

function atLeastOne<T>([first, ...rest]: readonly T[], message: string): [T, ...T[]] {
  if (first === undefined) throw new TypeError(message);
  return [first, ...rest];
}
