import type { Derived } from './derived-metrics.ts';
import type { RouteReadings } from './readings.ts';

const breakerStates = { closed: 0, half_open: 1, open: 2 };

/** The ways to the exchanges over REST. */
export const routeMetrics: readonly Derived<RouteReadings>[] = [
  {
    name: 'feedlake_rest_breaker_state',
    help: 'Circuit breaker of a host: 0 closed, 1 half-open, 2 open',
    labels: ['exchange', 'host', 'proxy'],
    kind: 'highest',
    samples: ({ exchange, breakers }) =>
      breakers.map(({ host, proxy, state }) => [{ exchange, host, proxy }, breakerStates[state]]),
  },
  {
    name: 'feedlake_rest_budget_used_ratio',
    help: 'Part of a request budget of the venue that is used in its present window',
    labels: ['exchange', 'pool', 'proxy'],
    kind: 'highest',
    samples: ({ exchange, budgets }) => budgets.map(({ pool, proxy, used }) => [{ exchange, pool, proxy }, used]),
  },
  {
    name: 'feedlake_proxy_score',
    help: 'Health of a proxy: 1 without setbacks, half of it with each',
    labels: ['exchange', 'protocol', 'proxy'],
    kind: 'highest',
    samples: ({ exchange, proxies }) =>
      proxies.map(({ protocol, proxy, score }) => [{ exchange, protocol, proxy }, score]),
  },
  {
    name: 'feedlake_proxy_demoted',
    help: '1 while a proxy is left alone for others',
    labels: ['exchange', 'protocol', 'proxy'],
    kind: 'highest',
    samples: ({ exchange, proxies }) =>
      proxies.map(({ protocol, proxy, demoted }) => [{ exchange, protocol, proxy }, Number(demoted)]),
  },
];
