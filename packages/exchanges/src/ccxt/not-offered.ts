/** Something that an exchange does not offer through ccxt; the message says what, and the way out where there is one. */
export class NotOfferedError extends Error {
  override readonly name = 'NotOfferedError';
}
