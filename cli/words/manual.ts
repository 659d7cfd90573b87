/** Formats the text around the commands of `manual`. */

/** A rollback that fails, with the state that it would restore. */
export interface FailingRollback {
  readonly domain: string;
  readonly entry: string;
  readonly region: string;
  /** Whether the commands read the private key. */
  readonly readsKey: boolean;
}

/** A step in words: its purpose and its expected output. */
export interface StepWords {
  readonly title: string;
  readonly expect: string;
}

export const PRINT_STATE: StepWords = {
  title: 'Print the state of SES and keep it, since the undo restores it',
  expect:
    'the signing origin, the selector (Tokens) and the status; or NotFoundException, if there is no identity yet',
};

export const proveRecordStep = (domain: string, selector: string): StepWords => ({
  title: 'Prove that every server has the record of the private key in S3. Do not continue before that',
  expect: `every server "ready". \`byodkim check ${domain} --selector ${selector}\` prints more details, and the problem`,
});

export const CREATE_IDENTITY: StepWords = {
  title: 'Create the identity, if step 1 found none',
  expect: 'the identity with Easy DKIM, PENDING: it signs nothing yet',
};

export const setSelector = (selector: string): StepWords => ({
  title: `Set the key and the selector ${selector}`,
  expect: '"DkimStatus": "PENDING" or "SUCCESS"',
});

export const SWITCH_ON: StepWords = { title: 'Switch signing on', expect: 'no output, and exit code 0' };

export const waitForSes = (selector: string): StepWords => ({
  title: 'Wait until SES has verified the domain: five minutes to an hour by reports, at most 72 hours',
  expect:
    `"SigningAttributesOrigin": "EXTERNAL", "Tokens": ["${selector}"], "SigningEnabled": true, "Status": "SUCCESS". ` +
    'On FAILED, undo the steps. Then deploy the domain: the deploy changes nothing in SES, and records its state',
});

/** States to which an undo belongs. `earlier` is the other selector. */
export const WHEN = {
  created: 'you created it here',
  easyDkim: 'SES had Easy DKIM (AWS_SES)',
  byodkim: (earlier: string) => `SES had BYODKIM (EXTERNAL) with another selector, here ${earlier}`,
  unknown: 'the earlier state cannot be restored: switch signing off, as a last resort',
  off: 'signing was off',
} as const;

/** Warns of an open change. @param revertsAt in ISO 8601, or `null` if no schedule rolls it back */
export function changeOpenWords(entry: string, revertsAt: string | null): string {
  const rollback = revertsAt === null ? 'its rollback' : `its rollback at ${revertsAt}`;
  return `a change is open. Run \`byodkim confirm ${entry}\` or \`byodkim revert ${entry}\` first, or ${rollback} undoes this`;
}

/** Warns that the function was not asked. @param code and message of the failure */
export const notAskedWords = (entry: string, code: string, reason: string): string =>
  `the function could not be asked whether a change is open, or a rollback fails (${code}: ${reason}). After ` +
  'ROLLBACK_FAILED do not run this: run the commands at the end of that error, or of its notice. If a change is open, ' +
  `run \`byodkim confirm ${entry}\` or \`byodkim revert ${entry}\` first, or its rollback undoes this`;

export const bucketUnknownWords = (placeholder: string): string =>
  `write the name of the bucket with the private keys in place of ${placeholder}`;

/** Formats the head of the script, with the change that its steps make. */
export const changeHead = (domain: string, selector: string, region: string): string[] => [
  `${domain}: BYODKIM with selector ${selector} in ${region}, manually.`,
  'Check the output of each step before you continue. Needs aws (version 2), openssl and dig.',
];

export const cautionLine = (remark: string): string => `Caution: ${remark}.`;
export const expectedWords = (expect: string): string => `   Expected: ${expect}.`;
export const UNDO_HEAD = 'Undo, last step first:';
export const undoStepWords = (step: number, when: string): string => `Step ${step}, if ${when}:`;

/** Formats the head of the commands that restore the prior state. */
export const restoreHead = ({ domain, entry, region, readsKey }: FailingRollback): string[] => [
  `${domain}: a rollback in ${region} fails. These commands restore the prior state of SES.`,
  `First roll back again: \`byodkim revert ${entry} --yes\`. Run these only if that fails.`,
  `Needs aws (version 2)${readsKey ? ' and openssl, as a principal named in control.keyStore.readers' : ''}.`,
];

export const RESTORE_EXPECTED = 'the last command prints the prior state';
/** Text after the commands. */
export const restoreTail = (entry: string): string =>
  `Then run \`byodkim revert ${entry} --yes\` again: it finds the state restored, and ends the change.`;
