/** Formats the result of a drill, and the advice. */
import type { Coded } from '../facts/coded';
import type { ArmedDrill, DrillFacts } from '../facts/drill';

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
