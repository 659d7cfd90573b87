import { bucketRegion } from '../../handlers/aws/aws-error';
import type { SigningState } from '../../handlers/aws/email-identity';
import { KEY_PREFIX } from '../../handlers/contract/contract';
import { awsFailure } from '../errors/aws-failure';
import type { Inventory, InventoryPlace } from '../world/world';

/** SES answers about one request a second, and the client slows down after a refusal. */
const CLIENT = { retryMode: 'adaptive', maxAttempts: 10 } as const;

/** Reads the identities of domains in SES, and lists the keys of the old process. No key is read. */
export async function inventory(place: InventoryPlace): Promise<Inventory> {
  const [identities, keys] = await Promise.all([readIdentities(place), readKeys(place)]);
  return { identities, keys };
}

async function readIdentities({ region, only }: InventoryPlace): Promise<Map<string, SigningState>> {
  const { paginateListEmailIdentities, SESv2Client } = await import('@aws-sdk/client-sesv2');
  const { emailIdentities } = await import('../../handlers/aws/email-identity');
  const client = new SESv2Client({ region, ...CLIENT });
  const names: string[] = [];
  try {
    for await (const { EmailIdentities = [] } of paginateListEmailIdentities({ client }, { PageSize: 1000 }))
      for (const { IdentityType, IdentityName = '' } of EmailIdentities)
        if (IdentityType === 'DOMAIN' && isWanted(only, IdentityName)) names.push(IdentityName);
    const states = new Map<string, SigningState>();
    for (const name of names) {
      const state = await emailIdentities(client).get(name);
      // Leaves out an identity that has been deleted in the meantime.
      if (state) states.set(name, state);
    }
    return states;
  } catch (error) {
    throw awsFailure(error, { action: 'ses:ListEmailIdentities or ses:GetEmailIdentity', resource: region });
  }
}

const isWanted = (only: readonly string[], domain: string): boolean =>
  only.length === 0 || only.includes(domain);

const KEY = new RegExp(`^${KEY_PREFIX}([^/]+)/([^/]+)/private_key\\.pem$`);

async function readKeys({ region, bucket, only }: InventoryPlace): Promise<Map<string, string[]>> {
  const { paginateListObjectsV2, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({ region, ...CLIENT });
  const keys = new Map<string, string[]>();
  try {
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client },
      { Bucket: bucket, Prefix: KEY_PREFIX },
    ))
      for (const { Key = '' } of Contents) {
        const [, domain = '', selector] = KEY.exec(Key) ?? [];
        if (selector !== undefined && isWanted(only, domain))
          keys.set(domain, [...(keys.get(domain) ?? []), selector]);
      }
    return keys;
  } catch (error) {
    const home = bucketRegion(error) ?? region;
    if (home !== region) return readKeys({ region: home, bucket, only });
    throw awsFailure(error, { action: 's3:ListBucket', resource: bucket });
  }
}
