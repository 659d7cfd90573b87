/** Formats notes to the person at the terminal, which are not part of a result. */

export const NOT_APPROVED = 'Nothing was changed: the answer was not "yes".';

export const STOPPING = 'Stopping. Killing the engine now would leave the state locked.';

export const INTERRUPTED_RUN =
  'Interrupted: no further stack is begun, and each engine completes its current step and releases its lock.';

export const INTERRUPTED_CALL =
  'Interrupted. The function completes what it has begun: see `byodkim status`.';

export const REPLACED_KEY = 'This is the record of the key that SES signs with.';

export const approvalWords = (question: string): string => `${question} Type "yes" to continue:`;

export const homeHasKey = (entry: string, home: string): string =>
  `${entry} signs with the key of ${home}, which is kept there.`;

/** @param most the number that IAM accepts in the inline policies of a role */
export const policyTooLong = (characters: number, most: number): string =>
  `This policy has ${characters} characters; IAM accepts ${most} in the inline policies of a role and 6,144 in a ` +
  'managed policy. Split it by statements, or deploy with several lists.';

/** @param repository as the subject of GitHub's tokens names it, with ids or without */
export const subjectWords = (repository: string): string =>
  (repository.includes('@')
    ? 'This trust has ids, so it fits only a repository that was created, renamed or transferred since 15 July 2026, or that ' +
      'opted in to ids.'
    : 'This trust has no ids, so it fits only a repository that was created before 15 July 2026, was neither renamed nor ' +
      'transferred since, and has not opted in to ids.') +
  ` GitHub prints the form that yours needs: ${subjectCommand(repository.replace(/@\d+/g, ''))}`;

/** Returns the command that prints what `--github` takes; it also answers who needs ids. */
export const subjectCommand = (name: string): string =>
  `gh api repos/${name}/actions/oidc/customization/sub --jq '.sub_claim_prefix | ltrimstr("repo:")'`;
