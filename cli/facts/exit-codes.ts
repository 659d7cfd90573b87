import type { Severity } from '../../handlers/facts/findings';

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
  /** There was no answer: nothing is known about the domain. */
  cannotTell: 4,
  /** Ctrl-C, as shells number it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The code of an answer about several domains or regions: that of the worst. */
export const CODE_OF_EXIT = {
  [EXIT.ok]: 'OK',
  [EXIT.failed]: 'FAILED',
  [EXIT.notReady]: 'WAITING',
  [EXIT.wrong]: 'WRONG',
  [EXIT.cannotTell]: 'UNKNOWN',
  [EXIT.interrupted]: 'INTERRUPTED',
} as const satisfies Readonly<Record<ExitCode, string>>;

/** Exit codes of the audit's findings. */
export const EXIT_OF_SEVERITY: Readonly<Record<Severity, ExitCode>> = {
  urgent: EXIT.wrong,
  unknown: EXIT.cannotTell,
  act: EXIT.wrong,
  plan: EXIT.ok,
};

/** Worst first: a person is needed, failed, unknown, will come by itself. */
const ORDER: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.wrong,
  EXIT.failed,
  EXIT.cannotTell,
  EXIT.notReady,
];

/** Returns one exit code for many domains: that of the worst. */
export const worst = (codes: readonly ExitCode[]): ExitCode =>
  ORDER.find((code) => codes.includes(code)) ?? EXIT.ok;
