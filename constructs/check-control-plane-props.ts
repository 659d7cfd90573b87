import { DEFAULT_FUNCTION_NAME } from '../handlers/contract';
import type { PropMistake } from './check-identity-props';
import type { ByodkimControlPlaneProps } from './control-plane-props';
import { PRINCIPAL_ALLOWED, PRINCIPAL_PATTERN } from './key-store-policy';
import { functionNameMistake } from './names';
import { regionMistake } from './region';
import { topicMistake } from './topic-mistake';

/** A KMS key by its own ARN. */
export const KMS_KEY_PATTERN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;

export const KMS_KEY_ALLOWED =
  'the ARN of the key itself, arn:aws:kms:REGION:ACCOUNT:key/ID; an alias authorises nothing in a policy ' +
  '(aws kms describe-key --key-id ALIAS --query KeyMetadata.Arn)';

/**
 * Everything wrong with a control plane's props.
 * @param isToken whether a value is known only when the engine runs
 */
export function findControlPlaneMistakes(
  props: Pick<
    ByodkimControlPlaneProps,
    'functionName' | 'region' | 'kmsKeyArn' | 'otherRegions' | 'alsoRead' | 'keyReaders' | 'topics'
  >,
  isToken: (value: unknown) => boolean = () => false,
): PropMistake[] {
  const { functionName = DEFAULT_FUNCTION_NAME, region, kmsKeyArn } = props;
  const mistakes: PropMistake[] = [];
  const expect = (prop: string, found: unknown, allowed: string | undefined): void => {
    if (allowed !== undefined) mistakes.push({ prop, found, allowed });
  };
  expect('functionName', functionName, functionNameMistake(functionName, region));
  if (region !== undefined) expect('region', region, regionMistake(region));
  if (kmsKeyArn !== undefined && !isToken(kmsKeyArn) && !KMS_KEY_PATTERN.test(kmsKeyArn))
    expect('kmsKeyArn', kmsKeyArn, KMS_KEY_ALLOWED);
  if (kmsKeyArn !== undefined && (props.otherRegions ?? []).length > 0)
    expect(
      'kmsKeyArn',
      kmsKeyArn,
      'none with otherRegions: the function of one region reads in the key store of another, and its role has the KMS key of its own alone',
    );
  if (region !== undefined)
    for (const [name, choice] of Object.entries(props.topics ?? {}))
      if (!isToken(choice)) expect(`topics.${name}`, choice, topicMistake(choice, region));
  for (const arn of props.keyReaders ?? [])
    if (!isToken(arn) && !PRINCIPAL_PATTERN.test(arn)) expect('keyReaders', arn, PRINCIPAL_ALLOWED);
  for (const place of props.alsoRead ?? [])
    if (!isToken(place) && !/^[^/]+\//.test(place)) expect('alsoRead', place, 'bucket/prefix');
  return mistakes;
}
