/** The variable in which a deployment's secret is handed over: `BybitKey` → `BYBIT_KEY`. */
export function secretVariable(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toUpperCase();
}
