/** Results of a drill, by code. A drill that could not be started has the code of its failure. */
export interface DrillFacts {
  /** The schedule has reached the function. `firedAt`: ISO 8601. */
  readonly ROLLBACK_WORKS: { readonly firedAt: string; readonly schedulerRoleArn: string };
  /** The function could not arm a schedule. The facts are the code and the message of its error. */
  readonly SCHEDULE_NOT_ARMED: DrilledStack & { readonly cause: string; readonly reason: string };
  readonly SCHEDULE_NOT_FIRED: DrilledStack & {
    readonly waitSeconds: number;
    readonly functionName: string;
    readonly region: string;
    readonly schedulerRoleArn: string;
    readonly scheduleGroup: string;
    /** `null` if the function does not know it. */
    readonly account: string | null;
  };
}

interface DrilledStack {
  /** The stack with the resources of the drill. */
  readonly controlStack: string;
}

/** The schedule that a drill has armed. */
export interface ArmedDrill {
  readonly region: string;
  readonly functionName: string;
  /** `null` if the function does not know it. */
  readonly account: string | null;
  readonly scheduleGroup: string;
  readonly schedule: string;
  /** ISO 8601. */
  readonly firesAt: string;
}
