import { notFound as backpackNotFound, backpackRefusals } from '../backpack/refusals.ts';
import { notFound as binanceNotFound, binanceRefusals } from '../binance/refusals.ts';
import { notFound as bybitNotFound, bybitRefusals } from '../bybit/envelope.ts';
import { hyperliquidRefusals, undeserialisable } from '../hyperliquid/refusals.ts';
import type { Refusals, Reply, VenueApi, VenueId, VenueRequest } from '../venue.ts';
import { findRecording } from './match.ts';
import type { Recording } from './recording.ts';

const words: Readonly<Record<VenueId, { refusals: Refusals; nothing(request: VenueRequest): Reply }>> = {
  binance: { refusals: binanceRefusals, nothing: binanceNotFound },
  bybit: { refusals: bybitRefusals, nothing: bybitNotFound },
  hyperliquid: { refusals: hyperliquidRefusals, nothing: () => undeserialisable },
  backpack: { refusals: backpackRefusals, nothing: () => backpackNotFound },
};

/** A venue's REST API that answers with what was recorded of it, and in the venue's way where nothing was. */
export function replayApi(id: VenueId, all: readonly Recording[]): VenueApi {
  const recordings = all.filter((recording) => recording.venue === id);
  const { refusals, nothing } = words[id];
  return {
    id,
    simulated: false,
    budgets: [],
    refusals,
    costs: () => ({}),
    usageHeaders: () => ({}),
    answer(request) {
      const recording = findRecording(recordings, request);
      if (recording === null) return nothing(request);
      const { status, contentType, headers, text } = recording;
      return { status, contentType, headers, body: text };
    },
  };
}

/** A recording in one line: `GET /fapi/v1/openInterest?symbol=BTCUSDT (file.json)`. */
export function describe({ method, path, parameters, file }: Recording): string {
  const query = new URLSearchParams([...parameters]).toString();
  return `${method} ${path}${query === '' ? '' : `?${query}`} (${file})`;
}
