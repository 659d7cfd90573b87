import type { Severity } from '../handlers/words/findings';

/** Exit codes of the command. The numbers are a contract with scripts, and `--help` lists them. */
export const EXIT = {
  /** Ready, in step, or done. */
  ok: 0,
  /** Wrong usage, or a failure that does not concern the domain. */
  failed: 1,
  /** Not ready yet, or there was nothing to do. */
  notReady: 2,
  /** Wrong: waiting does not help, and a person has to act. */
  wrong: 3,
  /** There was no answer, so nothing is known about the domain. */
  cannotTell: 4,
  /** Ctrl-C, with the shells' number. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The code of an answer about several domains or regions, which is that of the worst. */
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

/** Order of exit codes, worst first: a person is needed, failed, unknown, not ready. */
const ORDER: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.wrong,
  EXIT.failed,
  EXIT.cannotTell,
  EXIT.notReady,
];

/** Returns one exit code for many domains, which is that of the worst. */
export const worst = (codes: readonly ExitCode[]): ExitCode =>
  ORDER.find((code) => codes.includes(code)) ?? EXIT.ok;
