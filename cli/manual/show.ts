import { shellComment } from '../../handlers/escape';
import type { ManualJob, ManualStep, UndoCase } from './steps';

/** Formats the steps as a shell script with comments: to be read, and run one by one. */
export function manualScript(
  job: ManualJob,
  steps: readonly ManualStep[],
  remarks: readonly string[],
): string {
  const head = [
    `# ${job.domain}: BYODKIM with selector ${job.selector} in ${job.region}, manually.`,
    '# Step by step: check the output of each one before you continue. Needs aws (version 2), openssl and dig.',
    ...remarks.map((remark) => `# Caution: ${shellComment(remark)}`),
  ];
  const body = steps.map((step, index) =>
    [`# ${index + 1}. ${step.title}.`, ...step.commands, `#    Expected: ${shellComment(step.expect)}.`].join(
      '\n',
    ),
  );
  return [head.join('\n'), ...body, undo(steps)].join('\n\n');
}

/** Formats the undo of each step, last first; as comments, so that running the script does not run it. */
function undo(steps: readonly ManualStep[]): string {
  const parts = steps
    .map(({ undo = [] }, index) => undo.map((each) => undoLines(each, index + 1)))
    .reverse()
    .flat();
  return ['# Undo, last step first:', ...parts].join('\n');
}

const undoLines = ({ when, commands }: UndoCase, step: number): string =>
  [`# Step ${step}, if ${shellComment(when)}:`, ...commands.map((command) => `#   ${command}`)].join('\n');
