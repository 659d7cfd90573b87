import {
  cautionLine,
  changeHead,
  expectedWords,
  RESTORE_EXPECTED,
  restoreHead,
  restoreTail,
  UNDO_HEAD,
  undoStepWords,
} from '../words/manual';
import type { Restore } from './restore';
import type { ManualJob, ManualStep } from './steps';

/** Formats the steps as a shell script with comments, to be read and run one by one. */
export function manualScript(
  { domain, selector, region }: ManualJob,
  steps: readonly ManualStep[],
  cautions: readonly string[],
): string {
  const head = [...changeHead(domain, selector, region), ...cautions.map(cautionLine)].map(
    (line) => `# ${line}`,
  );
  const body = steps.map(({ title, commands, expect }, index) =>
    [`# ${index + 1}. ${title}.`, ...commands, `# ${expectedWords(expect)}`].join('\n'),
  );
  const undone = [UNDO_HEAD, ...steps.map(undoLines).reverse().flat()].map((line) => `# ${line}`);
  return [head.join('\n'), ...body, undone.join('\n')].join('\n\n');
}

/** Formats the undo of a step as comments, so that running the script does not run it. */
const undoLines = ({ undo = [] }: ManualStep, index: number): string[] =>
  undo.flatMap(({ when, commands }) => [
    undoStepWords(index + 1, when),
    ...commands.map((command) => `  ${command}`),
  ]);

/** Formats the restore as a shell script with comments. */
export const restoreScript = (restore: Restore): string =>
  [
    ...restoreHead(restore).map((line) => `# ${line}`),
    '',
    ...restore.commands,
    `# ${expectedWords(RESTORE_EXPECTED)}`,
    '',
    `# ${restoreTail(restore.entry)}`,
  ].join('\n');
