/** What is traded: assets that exist, best known first, then made-up ones for as many as are asked for. */
export interface Asset {
  readonly name: string;
  /** Dollars for one unit, in the middle of the model's range. */
  readonly price: number;
  /** 0 is the most traded. */
  readonly rank: number;
}

const known = [
  'BTC:71000 ETH:2600 SOL:155 XRP:1.42 DOGE:0.118 BNB:640 SUI:1.31 ADA:0.41 LINK:13.2 AVAX:14.9 HYPE:31.5 TRX:0.29',
  'PEPE:0.0000062 SHIB:0.0000084 BONK:0.0000119 FLOKI:0.000055 LTC:82 BCH:480 DOT:2.35 UNI:5.1 AAVE:148 NEAR:1.72',
  'APT:2.1 ARB:0.21 OP:0.33 FIL:1.4 ATOM:2.6 INJ:5.2 TIA:0.55 SEI:0.13 WLD:0.58 ENA:0.27 ONDO:0.49 TAO:310 ETC:14',
  'XLM:0.23 HBAR:0.12 ICP:3.1 CRV:0.41 LDO:0.72 MKR:1500 DYDX:0.24 GMX:9.8 SNX:0.61 COMP:31 RENDER:2.2 FET:0.31',
  'JUP:0.24 WIF:0.52 PYTH:0.08 JTO:0.55 STX:0.42 IMX:0.31 SAND:0.16 MANA:0.17 AXS:1.4 GALA:0.009 APE:0.29 ENS:9.4',
  'KAS:0.05 ALGO:0.14 VET:0.014 GRT:0.05 RUNE:0.9 EGLD:8.8 THETA:0.45 FLOW:0.21 XTZ:0.6 EOS:0.5 NEO:4.1 ZEC:52',
].flatMap((line) => line.split(' '));

const syllables = ['BA', 'DO', 'FI', 'GU', 'KA', 'LO', 'MI', 'NU', 'PA', 'RO', 'SI', 'TU', 'VA', 'WO', 'XI', 'ZU'];

function madeUp(index: number): Asset {
  const part = (place: number) => syllables[Math.floor(index / 16 ** place) % 16] ?? '';
  return {
    name: `${part(0)}${part(1)}${part(2)}`,
    price: 10 ** (((index * 7) % 50) / 10 - 3),
    rank: known.length + index,
  };
}

/** The first `count` assets. */
export function assets(count: number): readonly Asset[] {
  return Array.from({ length: count }, (_, rank) => {
    const [name, price] = known[rank]?.split(':') ?? [];
    return name === undefined ? madeUp(rank - known.length) : { name, price: Number(price), rank };
  });
}

/** Assets so cheap that venues trade a thousand of them as one unit. */
export const tradedByThousand: ReadonlySet<string> = new Set(['PEPE', 'SHIB', 'BONK', 'FLOKI']);
