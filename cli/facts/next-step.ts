/** The next step, with the person who acts and the time, which every overview shows. */
export interface NextStep {
  readonly who: string;
  readonly what: string;
  /** e.g. `since 2026-12-03` or `until 2026-11-25T12:40:00.000Z`; absent if now. */
  readonly when?: string;
}
