import { shellComment } from '../../handlers/escape';
import type { ManualJob, ManualStep, UndoCase } from './steps';

/** The steps as a shell script with comments: to be read, and run one by one. */
export function manualScript(
  job: ManualJob,
  steps: readonly ManualStep[],
  remarks: readonly string[],
): string {
  const head = [
    `# ${job.domain}: BYODKIM with selector ${job.selector} in ${job.region}, by hand.`,
    '# Step by step: look at what each one shows before you go on. Needs aws (version 2), openssl and dig.',
    ...remarks.map((remark) => `# Mind: ${shellComment(remark)}`),
  ];
  const body = steps.map((step, index) =>
    [
      `# ${index + 1}. ${step.title}.`,
      ...step.commands,
      `#    You should see: ${shellComment(step.expect)}.`,
    ].join('\n'),
  );
  return [head.join('\n'), ...body, wayBack(steps)].join('\n\n');
}

/** The undo of each step, last first; as comments, so that nobody runs it by running the script. */
function wayBack(steps: readonly ManualStep[]): string {
  const parts = steps
    .map(({ undo = [] }, index) => undo.map((each) => undoLines(each, index + 1)))
    .reverse()
    .flat();
  return ['# The way back, last step first:', ...parts].join('\n');
}

const undoLines = ({ when, commands }: UndoCase, step: number): string =>
  [`# Step ${step}, if ${shellComment(when)}:`, ...commands.map((command) => `#   ${command}`)].join('\n');
