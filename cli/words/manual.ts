/** Formats the text around the commands of `manual`. */
import type { Coded } from './coded';

/** Facts of the sentences of a manual step, by code. */
export interface StepFacts {
  readonly PRINT_STATE: Record<never, never>;
  readonly PROVE_RECORD: { readonly domain: string; readonly selector: string };
  readonly CREATE_IDENTITY: Record<never, never>;
  readonly SET_KEY: { readonly selector: string };
  readonly SWITCH_ON: Record<never, never>;
  readonly WAIT_FOR_SES: { readonly selector: string };
}

/** The state that an undo restores, by code. */
export interface UndoFacts {
  readonly CREATED: Record<never, never>;
  readonly EASY_DKIM: Record<never, never>;
  readonly BYODKIM: { readonly earlier: string };
  /** The earlier state of SES cannot be restored. */
  readonly UNKNOWN: Record<never, never>;
  readonly SIGNING_OFF: Record<never, never>;
}

/** Warnings before the first step, by code. */
export interface RemarkFacts {
  /** A change is open. `revertsAt`: ISO 8601, or `null` if no schedule rolls it back. */
  readonly CHANGE_OPEN: { readonly entry: string; readonly revertsAt: string | null };
  /** The function could not be asked. The facts are the code and the message of the failure. */
  readonly NOT_ASKED: { readonly entry: string; readonly cause: string; readonly reason: string };
  readonly BUCKET_UNKNOWN: { readonly placeholder: string };
}

/** A rollback that fails, with the state that it would restore. */
export interface RestoreFacts {
  readonly domain: string;
  readonly entry: string;
  readonly region: string;
  /** Whether the commands read the private key. */
  readonly readsKey: boolean;
}

/** A step in words: its purpose and its expected output. */
interface StepRow<Facts> {
  title(facts: Facts): string;
  expect(facts: Facts): string;
}

const STEPS: { readonly [Code in keyof StepFacts]: StepRow<StepFacts[Code]> } = {
  PRINT_STATE: {
    title: () => 'Print the state of SES and keep it, since the undo restores it',
    expect: () =>
      'the signing origin, the selector (Tokens) and the status; or NotFoundException, if there is no identity yet',
  },
  PROVE_RECORD: {
    title: () =>
      'Prove that every server has the record of the private key in S3. Do not continue before that',
    expect: ({ domain, selector }) =>
      `every server "ready". \`byodkim check ${domain} --selector ${selector}\` prints more details, and the problem`,
  },
  CREATE_IDENTITY: {
    title: () => 'Create the identity, if step 1 found none',
    expect: () => 'the identity with Easy DKIM, PENDING: it signs nothing yet',
  },
  SET_KEY: {
    title: ({ selector }) => `Set the key and the selector ${selector}`,
    expect: () => '"DkimStatus": "PENDING" or "SUCCESS"',
  },
  SWITCH_ON: { title: () => 'Switch signing on', expect: () => 'no output, and exit code 0' },
  WAIT_FOR_SES: {
    title: () =>
      'Wait until SES has verified the domain: five minutes to an hour by reports, at most 72 hours',
    expect: ({ selector }) =>
      `"SigningAttributesOrigin": "EXTERNAL", "Tokens": ["${selector}"], "SigningEnabled": true, "Status": "SUCCESS". ` +
      'On FAILED, undo the steps. Then deploy the domain: the deploy changes nothing in SES, and records its state',
  },
};

export function stepWords<Code extends keyof StepFacts>({
  code,
  facts,
}: Coded<StepFacts, Code>): {
  readonly title: string;
  readonly expect: string;
} {
  const { title, expect } = STEPS[code];
  return { title: title(facts), expect: expect(facts) };
}

const UNDOS: { readonly [Code in keyof UndoFacts]: (facts: UndoFacts[Code]) => string } = {
  CREATED: () => 'you created it here',
  EASY_DKIM: () => 'SES had Easy DKIM (AWS_SES)',
  BYODKIM: ({ earlier }) => `SES had BYODKIM (EXTERNAL) with another selector, here ${earlier}`,
  UNKNOWN: () => 'the earlier state cannot be restored: switch signing off, as a last resort',
  SIGNING_OFF: () => 'signing was off',
};

export const undoWords = <Code extends keyof UndoFacts>({ code, facts }: Coded<UndoFacts, Code>): string =>
  UNDOS[code](facts);

const REMARKS: { readonly [Code in keyof RemarkFacts]: (facts: RemarkFacts[Code]) => string } = {
  CHANGE_OPEN: ({ entry, revertsAt }) => {
    const rollback = revertsAt === null ? 'its rollback' : `its rollback at ${revertsAt}`;
    return `a change is open. Run \`byodkim confirm ${entry}\` or \`byodkim revert ${entry}\` first, or ${rollback} undoes this`;
  },
  NOT_ASKED: ({ entry, cause, reason }) =>
    `the function could not be asked whether a change is open, or a rollback fails (${cause}: ${reason}). After ` +
    'ROLLBACK_FAILED do not run this: run the commands at the end of that error, or of its notice. If a change is open, ' +
    `run \`byodkim confirm ${entry}\` or \`byodkim revert ${entry}\` first, or its rollback undoes this`,
  BUCKET_UNKNOWN: ({ placeholder }) =>
    `write the name of the bucket with the private keys in place of ${placeholder}`,
};

export const remarkWords = <Code extends keyof RemarkFacts>({
  code,
  facts,
}: Coded<RemarkFacts, Code>): string => REMARKS[code](facts);

/** Formats the head of the script, with the change that its steps make. */
export const changeHead = (domain: string, selector: string, region: string): string[] => [
  `${domain}: BYODKIM with selector ${selector} in ${region}, manually.`,
  'Check the output of each step before you continue. Needs aws (version 2), openssl and dig.',
];

export const askingWords = (domain: string): string => `Asking whether a rollback of ${domain} fails`;

export const cautionWords = (remark: string): string => `Caution: ${remark}.`;
export const expectedWords = (expect: string): string => `   Expected: ${expect}.`;
export const UNDO_HEAD = 'Undo, last step first:';
export const undoStepWords = (step: number, when: string): string => `Step ${step}, if ${when}:`;

/** Formats the head of the commands that restore the prior state. */
export const restoreHead = ({ domain, entry, region, readsKey }: RestoreFacts): string[] => [
  `${domain}: a rollback in ${region} fails. These commands restore the prior state of SES.`,
  `First roll back again: byodkim revert ${entry} --yes. Run these only if that fails.`,
  `Needs aws (version 2)${readsKey ? ' and openssl, as a principal named in control.keyStore.readers' : ''}.`,
];

export const RESTORE_EXPECTED = 'the last command prints the prior state';
/** Text after the commands. */
export const restoreTail = (entry: string): string =>
  `Then run byodkim revert ${entry} --yes again: it finds the state restored, and ends the change.`;
