/** Who has to do what, and when: what every overview ends with. */
export interface NextStep {
  readonly who: string;
  readonly what: string;
  /** e.g. `since 2026-12-03`, `until 2026-11-25T12:40:00.000Z`; absent: now. */
  readonly when?: string;
}
