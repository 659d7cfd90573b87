/** Formats the result of a drill, and the advice. */

/** The schedule that a drill has armed. */
interface ArmedDrill {
  readonly region: string;
  readonly functionName: string;
  /** `null` if the function does not know it. */
  readonly account: string | null;
  readonly scheduleGroup: string;
  readonly schedule: string;
  /** ISO 8601. */
  readonly firesAt: string;
}

/** Formats the result of a drill whose schedule has reached the function. @param firedAt in ISO 8601 */
export const rollbackWorks = (firedAt: string, schedulerRoleArn: string): string =>
  `the schedule reached the function at ${firedAt}, as ${schedulerRoleArn}`;

/** @param controlStack the stack with the resources of the drill */
export const notArmedAdvice = (controlStack: string): string =>
  'A change could not be armed, either, so every deploy of a domain fails before it changes SES. The function needs ' +
  'scheduler:CreateSchedule in its group, iam:PassRole on the role of its schedules, and s3:PutObject on byodkim-drill/ ' +
  `in its bucket. The control stack grants all of this: \`byodkim deploy ${controlStack}\`.`;

export const notFiredWords = (waitSeconds: number): string =>
  `the schedule did not reach the function within ${waitSeconds} s of its time`;

/** The setting of a drill's schedule, as the function knows it. */
interface DrillSetting {
  readonly functionName: string;
  readonly region: string;
  readonly schedulerRoleArn: string;
  readonly scheduleGroup: string;
  readonly account: string | null;
}

/** @param controlStack the stack with the resources of the drill */
export const notFiredAdvice = (
  { functionName, region, schedulerRoleArn, scheduleGroup, account }: DrillSetting,
  controlStack: string,
): string =>
  'A change that fails would not be rolled back: deploy nothing until this is fixed. See TargetErrorCount and ' +
  `InvocationDroppedCount of the schedule group ${scheduleGroup} (namespace AWS/Scheduler). ${schedulerRoleArn} must ` +
  `trust scheduler.amazonaws.com (aws:SourceAccount ${account ?? 'of this account'}) and needs lambda:InvokeFunction on ` +
  `${functionName} in ${region}. A reserved concurrency of 0, or a policy of the organization, also refuses the call. ` +
  `The control stack sets all of this up: \`byodkim deploy ${controlStack}\`. Then drill again.`;

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
