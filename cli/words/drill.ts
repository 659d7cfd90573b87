/** Formats the result of a drill, and the advice. */
import type { Coded } from './coded';

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

interface DrillRow<Facts> {
  what(facts: Facts): string;
  /** The advice. Absent without a problem. */
  todo?(facts: Facts): string;
}

const DRILLS: { readonly [Code in keyof DrillFacts]: DrillRow<DrillFacts[Code]> } = {
  ROLLBACK_WORKS: {
    what: ({ firedAt, schedulerRoleArn }) =>
      `the schedule reached the function at ${firedAt}, as ${schedulerRoleArn}`,
  },
  SCHEDULE_NOT_ARMED: {
    what: ({ cause, reason }) => `${cause}: ${reason}`,
    todo: ({ controlStack }) =>
      'A change could not be armed, either, so every deploy of a domain fails before it changes SES. The function needs ' +
      'scheduler:CreateSchedule in its group, iam:PassRole on the role of its schedules, and s3:PutObject on byodkim-drill/ ' +
      `in its bucket. The control stack grants all of this: \`byodkim deploy ${controlStack}\`.`,
  },
  SCHEDULE_NOT_FIRED: {
    what: ({ waitSeconds }) => `the schedule did not reach the function within ${waitSeconds} s of its time`,
    todo: ({ functionName, region, schedulerRoleArn, scheduleGroup, account, controlStack }) =>
      'A change that fails would not be rolled back: deploy nothing until this is fixed. See TargetErrorCount and ' +
      `InvocationDroppedCount of the schedule group ${scheduleGroup} (namespace AWS/Scheduler). ${schedulerRoleArn} must ` +
      `trust scheduler.amazonaws.com (aws:SourceAccount ${account ?? 'of this account'}) and needs lambda:InvokeFunction on ` +
      `${functionName} in ${region}. A reserved concurrency of 0, or a policy of the organization, also refuses the call. ` +
      `The control stack sets all of this up: \`byodkim deploy ${controlStack}\`. Then drill again.`,
  },
};

export const isDrillCode = (code: string): code is keyof DrillFacts => code in DRILLS;

/** Returns the result and the advice. */
export function drillWords<Code extends keyof DrillFacts>({
  code,
  facts,
}: Coded<DrillFacts, Code>): {
  readonly message: string;
  readonly advice: string | undefined;
} {
  const { what, todo } = DRILLS[code];
  return { message: what(facts), advice: todo?.(facts) };
}

export const armedWords = ({
  region,
  functionName,
  account,
  scheduleGroup,
  schedule,
  firesAt,
}: ArmedDrill): string => {
  const where = account === null ? functionName : `${functionName}, in the account ${account},`;
  return `${region}: the function ${where} has armed schedule ${scheduleGroup}/${schedule} for ${firesAt}`;
};
