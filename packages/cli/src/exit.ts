/** Exit codes of the `feedlake` command, as documented in docs/cli.md. */
export const exitCode = {
  /** All that was asked for came. */
  ok: 0,
  /** Nothing of it worked. */
  failed: 1,
  /** The command line or the settings are wrong; nothing was tried. */
  usage: 2,
  /** Part of it came; standard error says what didn't and why. */
  partial: 3,
  /** Ended by Ctrl-C; what was received until then is stored. */
  interrupted: 130,
} as const;

/** A mistake on the command line: the message says which word, and what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
