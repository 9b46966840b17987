import type { StreamerHealth } from '@feedlake/collector';
import { parseIsoTime } from '@feedlake/schema';
import type { HealthStatus } from '@feedlake/telemetry';

/** Health as an instance answers it. */
export interface Answer {
  readonly status: HealthStatus;
  readonly health: StreamerHealth;
  /** As it came. */
  readonly json: Readonly<Record<string, unknown>>;
}

const patienceMs = 3_000;
const times: ReadonlySet<string> = new Set(['since', 'last_slot', 'next', 'last_written']);

/**
 * Asks an instance how it fares.
 * @param url Base URL of its health.
 * @returns null when it does not answer.
 */
export async function askHealth(url: string): Promise<Answer | null> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(patienceMs) });
    const text = await response.text();
    const json = JSON.parse(text) as Record<string, unknown> & { status: HealthStatus };
    const health = JSON.parse(text, (name, value) =>
      times.has(name) && typeof value === 'string' ? parseIsoTime(value) : value,
    ) as StreamerHealth;
    return Array.isArray(json.feeds) ? { status: json.status, health, json } : null;
  } catch {
    return null;
  }
}
