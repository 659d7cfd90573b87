/** IAM counts the inline policies of a role together. */
export const ROLE_POLICY_CHARACTERS = 10_240;
/** Lambda counts the names and values of all variables. */
const ENVIRONMENT_BYTES = 4_096;

export interface Sized {
  /** JSON, without white space, as IAM counts it. */
  readonly policy: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The account's id, which only the engine may know. */
  readonly account: string;
}

/** Returns what AWS would refuse at the apply because of its size, a sentence each. */
export function sizeMistakes({ policy, environment, account }: Sized): string[] {
  // A value that only the engine knows: an account's id, or a name; names of AWS are hardly ever longer.
  const known = (text: string): string =>
    text.replaceAll(account, '1'.repeat(12)).replace(/\$\{TfToken\[[^\]]*\]\}/g, 'n'.repeat(63));
  const bytes = Object.entries(environment)
    .map(([name, value]) => ({ name, size: Buffer.byteLength(name + known(value)) }))
    .sort((a, b) => b.size - a.size);
  const all = bytes.reduce((sum, { size }) => sum + size, 0);
  const characters = known(policy).length;
  const mistakes: string[] = [];
  if (all > ENVIRONMENT_BYTES)
    mistakes.push(
      `the function's environment: found ${all} bytes, allowed: ${ENVIRONMENT_BYTES} (AWS Lambda). The largest: ` +
        `${bytes[0]!.name}, ${bytes[0]!.size} bytes. Name fewer domains, servers or places there`,
    );
  if (characters > ROLE_POLICY_CHARACTERS)
    mistakes.push(
      `the policy of the function's role: found ${characters} characters, allowed: ${ROLE_POLICY_CHARACTERS} (AWS ` +
        'IAM). Name fewer places in alsoRead',
    );
  return mistakes;
}
