import { ListHostedZonesByNameCommand, Route53Client } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { GetEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Recorder } from './recorder';
import { Refused } from './recording';

export interface Clients {
  readonly ses: SESv2Client;
  readonly s3: S3Client;
  readonly route53: Route53Client;
  readonly sns: SNSClient;
  readonly sts: STSClient;
}

/** SES answers about one call of each operation per second. */
const SES_ATTEMPTS = 12;

/**
 * Clients for the account that the environment names. They honour `AWS_ENDPOINT_URL`, and all of their calls are
 * recorded.
 */
export function openClients(region: string, recorder: Recorder): Clients {
  // A sandbox serves all buckets at one address.
  const forcePathStyle = process.env.AWS_ENDPOINT_URL !== undefined;
  return {
    ses: recorder.listen('ses', new SESv2Client({ region, maxAttempts: SES_ATTEMPTS })),
    s3: recorder.listen('s3', new S3Client({ region, forcePathStyle })),
    route53: recorder.listen('route53', new Route53Client({ region })),
    sns: recorder.listen('sns', new SNSClient({ region })),
    sts: recorder.listen('sts', new STSClient({ region })),
  };
}

/** The caller of AWS in this run. */
export interface Caller {
  readonly account: string;
  /** The ARN of the user, or of the role in the form that policies use. */
  readonly arn: string;
}

/** Returns our identity. @throws Refused without credentials, or in an account other than the named one */
export async function checkAccount({ sts }: Clients, allowed: string | undefined): Promise<Caller> {
  const caller = await sts.send(new GetCallerIdentityCommand({})).catch((error: Error) => {
    throw new Refused(
      `AWS does not know who we are (${error.name}: ${error.message}). Give credentials as for any AWS tool, e.g. AWS_PROFILE.`,
    );
  });
  const account = caller.Account ?? '';
  if (allowed !== undefined && account !== allowed)
    throw new Refused(
      `These are credentials of account ${account}; the run is for ${allowed} (--account). Nothing was made.`,
    );
  // The ARN of a session lacks the path of its role.
  const arn = (caller.Arn ?? '').replace(
    /^(arn:[\w-]+):sts:(:\d+):assumed-role\/([^/]+)\/.*$/,
    '$1:iam:$2:role/*$3',
  );
  return { account, arn };
}

/** @throws Refused if the domain already has an identity, which may be one that sends mail */
export async function checkUnused({ ses }: Clients, domain: string): Promise<void> {
  try {
    await ses.send(new GetEmailIdentityCommand({ EmailIdentity: domain }));
  } catch (error) {
    if ((error as Error).name === 'NotFoundException') return;
    throw error;
  }
  throw new Refused(
    `${domain} has an SES identity in this region. Take a domain, or a subdomain, that sends no mail. Nothing was made.`,
  );
}

/** @throws Refused if the zone does not exist, or does not hold the domain */
export async function checkZone({ route53 }: Clients, zoneId: string, domain: string): Promise<void> {
  const { HostedZones = [] } = await route53.send(new ListHostedZonesByNameCommand({}));
  const zone = HostedZones.find(({ Id }) => Id?.replace('/hostedzone/', '') === zoneId);
  const name = zone?.Name?.replace(/\.$/, '');
  if (name === undefined)
    throw new Refused(`There is no hosted zone ${zoneId} in this account. Nothing was made.`);
  if (domain !== name && !domain.endsWith(`.${name}`))
    throw new Refused(
      `The hosted zone ${zoneId} is ${name}, which does not hold ${domain}. Nothing was made.`,
    );
}

/** Returns a second region, for the questions about two. */
export const otherRegion = (region: string): string => (region === 'us-east-1' ? 'eu-west-1' : 'us-east-1');
