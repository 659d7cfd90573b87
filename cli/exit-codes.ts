import type { GateOutcome } from '../handlers/dns/outcome';

/** What the command ends with. The numbers are a contract with scripts; `--help` tells them. */
export const EXIT = {
  /** Ready, in step, or done. */
  ok: 0,
  /** Wrong usage, or a failure that says nothing about the domain. */
  failed: 1,
  /** Not ready yet, or nothing was there to do. */
  notReady: 2,
  /** Wrong: waiting does not help, a person has to act. */
  wrong: 3,
  /** Nobody answered: this says nothing about the domain. */
  cannotTell: 4,
  /** Ctrl-C, as shells number it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const CODE_OF_ERROR: Readonly<Record<string, ExitCode>> = {
  DNS_TXT_NOT_READY: EXIT.notReady,
  DNS_TXT_INVALID: EXIT.wrong,
  DNS_KEY_MISMATCH: EXIT.wrong,
  DNS_LOOKUP_FAILED: EXIT.cannotTell,
  SELECTOR_IN_USE: EXIT.wrong,
  CERTIFICATE_NOT_FOUND: EXIT.notReady,
  CERTIFICATE_INVALID: EXIT.wrong,
  RECORD_STILL_NEEDED: EXIT.wrong,
};

/** The exit code of an error that the function answered. */
export const exitCodeOfError = (code: string | undefined): ExitCode =>
  CODE_OF_ERROR[code ?? ''] ?? EXIT.failed;

export const exitCodeOfOutcome = (outcome: Pick<GateOutcome, 'ready' | 'code'>): ExitCode =>
  outcome.ready ? EXIT.ok : exitCodeOfError(outcome.code);

/** Worst first: what needs a person, then what failed, then what is unknown, then what will come by itself. */
const ORDER: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.wrong,
  EXIT.failed,
  EXIT.cannotTell,
  EXIT.notReady,
];

/** One exit code for many domains: that of the worst. */
export const worst = (codes: readonly ExitCode[]): ExitCode =>
  ORDER.find((code) => codes.includes(code)) ?? EXIT.ok;
