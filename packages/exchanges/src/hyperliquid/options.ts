import * as z from 'zod';

/** The liquidator vaults below the venue's own liquidity provider (HLP). */
const vaults = ['0x2e3d94f0562703b25c83308a05046ddaf9a8dd14', '0xb0a55f13d22f66e6d495ac98113841b2326e9540'];

/** Of an address at most ten users may be followed ("Rate limits and user limits"). */
export const options = z.strictObject({
  liquidator_vaults: z
    .array(z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'an address: `0x` and 40 hexadecimal digits'))
    .max(10)
    .default(vaults)
    .describe('Vaults that take over liquidated positions: their fills are the liquidations that can be seen'),
  fast_books: z
    .boolean()
    .default(false)
    .describe('Order books of 5 levels a side about every 0.5 s, in place of 20 levels about every 5 s'),
});
