/** Exit codes of every command. k6's numbers where it has one (k6 errext/exitcodes), so that CI scripts carry over. */
export const ExitCode = {
  pass: 0,
  unexpected: 1,
  /** Wrong usage or a wrong scenario; all problems were listed. */
  usage: 2,
  /** The target cannot be reached, or refuses the signature. */
  target: 3,
  /** The ledger does not close: a bug of ours. */
  ledgerOpen: 70,
  instrumentInvalid: 97,
  regression: 98,
  thresholdFailed: 99,
  interrupted: 105,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
