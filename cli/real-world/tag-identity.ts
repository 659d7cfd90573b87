import { partitionOf } from '../../constructs/names';
import { IDENTITY_TAG } from '../../handlers/contract/contract';
import type { Place } from '../../handlers/contract/input/event';
import { awsFailure } from '../errors/aws-failure';
import { callerAccount } from './caller-account';

/** Sets the tag of this project on an identity; its other tags stay. @throws CliError if AWS refuses */
export async function tagIdentity({ domain, region }: Place): Promise<void> {
  const { SESv2Client, TagResourceCommand } = await import('@aws-sdk/client-sesv2');
  const { key: Key, value: Value } = IDENTITY_TAG;
  const ResourceArn = `arn:${partitionOf(region)}:ses:${region}:${await callerAccount(region)}:identity/${domain}`;
  try {
    await new SESv2Client({ region }).send(new TagResourceCommand({ ResourceArn, Tags: [{ Key, Value }] }));
  } catch (error) {
    throw awsFailure(error, { action: 'ses:TagResource', resource: ResourceArn });
  }
}
