/** Formats notes to the person at the terminal, which are not part of a result. */
import { ROLE_POLICY_CHARACTERS } from '../../constructs/function-policy';
import { MANAGED_POLICIES, MANAGED_POLICY_CHARACTERS } from '../../constructs/policy-documents';
import { type Coded, type FactsIn, wordsBy } from './coded';

export const NOT_APPROVED = 'Nothing was changed: the answer was not "yes".';

export const STOPPING = 'Stopping. Killing the engine now would leave the state locked.';

export const INTERRUPTED_RUN =
  'Interrupted: no further stack is begun, and each engine completes its current step and releases its lock.';

export const INTERRUPTED_CALL =
  'Interrupted. The function completes what it has begun: see `byodkim status`.';

export const REPLACED_KEY = 'This is the record of the key that SES signs with.';

export const approvalWords = (question: string): string => `${question} Type "yes" to continue:`;

/** Notes of commands that print something else, by code. */
const NOTES = {
  HOME_HAS_KEY: ({ entry, home }: { entry: string; home: string }) =>
    `${entry} signs with the key of ${home}, which is kept there.`,
  KEY_NOT_COMPARED: ({ recordName }: { recordName: string }) =>
    `Warning: DNS did not answer for ${recordName}, so the key was not compared with it.`,
};

export type Note = Coded<FactsIn<typeof NOTES>>;

export const noteWords = wordsBy(NOTES);

/** The policies of a role, as JSON. */
interface RolePolicies {
  readonly name: string;
  readonly documents: readonly string[];
}

/**
 * Formats the number of policies that a role needs.
 * @param beside those of another role that the same deployer usually has
 */
export function policySizes(role: RolePolicies, beside: RolePolicies | undefined): string {
  const all = [role, ...(beside ? [beside] : [])].flatMap(({ documents }) => documents);
  const sizeOf = (documents: readonly string[]) => documents.reduce((sum, { length }) => sum + length, 0);
  const { length: count } = role.documents;
  const { usual, most } = MANAGED_POLICIES;
  return [
    `${role.name} needs ${count === 1 ? 'one managed policy' : `${count} managed policies of at most ${MANAGED_POLICY_CHARACTERS} characters`}, with ${sizeOf(role.documents)} characters in all.`,
    ...(beside
      ? [`A role that also has ${beside.name} needs ${all.length}, with ${sizeOf(all)} characters.`]
      : []),
    `IAM attaches ${usual} to a role, ${most} on request (quota "Managed policies attached to an IAM role"); inline policies may have ${ROLE_POLICY_CHARACTERS} characters together.`,
    ...(all.length > most
      ? ['This is more than any role takes: divide the list, and give each its own role.']
      : []),
    ...(count > 1 ? [`Print each of them with --part 1 to --part ${count}.`] : []),
  ].join(' ');
}

export const WHOLE_KEY_STORE =
  'These policies name the whole key store, since the places of all keys would not fit on a role. Whoever has them can ' +
  'also store keys of domains whose keys the function makes, which a deploy refuses (KEY_NOT_MADE_HERE).';

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
