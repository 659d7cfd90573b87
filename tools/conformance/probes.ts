import { GetObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateEmailIdentityCommand,
  DeleteEmailIdentityCommand,
  GetEmailIdentityCommand,
  PutEmailIdentityDkimSigningAttributesCommand,
  PutEmailIdentityMailFromAttributesCommand,
} from '@aws-sdk/client-sesv2';
import { recordName } from '../../handlers/contract/contract';
import { recordValue } from '../../handlers/key/public-key';
import { makeKey } from '../demo/keys';
import type { Clients } from './account';
import type { Publisher } from './publisher';

/** What is unknown on paper, and what this account did. docs/conformance.md says what we do in either case. */
export interface Finding {
  readonly question: string;
  readonly answer: string;
}

export const probeDomain = (domain: string): string => `byodkim-probe.${domain}`;

/** Minutes that SES has in both regions. */
const MOST_MINUTES = 60;

/**
 * Asks whether SES verifies one key in several regions at once: each looks up the one record.
 * @param regions the clients of each
 */
export async function probeRegions(
  regions: Readonly<Record<string, Clients>>,
  domain: string,
  publish: Publisher['publish'],
  later: (minutes: number) => Promise<void>,
): Promise<Finding> {
  const identity = { EmailIdentity: probeDomain(domain) };
  const all = Object.values(regions).map(({ ses }) => ses);
  const [DomainSigningSelector, { privateKey, publicKey }] = ['regions', makeKey('pkcs1')];
  const DomainSigningPrivateKey = privateKey.trim().split('\n').slice(1, -1).join('');
  await publish(recordName(identity.EmailIdentity, DomainSigningSelector), recordValue({ spki: publicKey }));
  for (const ses of all) await removeProbe(ses, domain);
  try {
    const DkimSigningAttributes = { DomainSigningSelector, DomainSigningPrivateKey };
    for (const ses of all)
      await ses.send(new CreateEmailIdentityCommand({ ...identity, DkimSigningAttributes }));
    let statuses: (string | undefined)[] = [];
    for (let minutes = 0; minutes <= MOST_MINUTES; minutes++) {
      statuses = [];
      for (const ses of all)
        statuses.push((await ses.send(new GetEmailIdentityCommand(identity))).DkimAttributes?.Status);
      if (statuses.every((each) => each === 'SUCCESS')) break;
      await later(1);
    }
    return {
      question: 'Does SES verify one key in two regions at once?',
      answer: Object.keys(regions)
        .map((region, index) => `${region}: ${statuses[index]}`)
        .join(', '),
    };
  } finally {
    for (const ses of all) await removeProbe(ses, domain);
  }
}

/** Removes the identity of the probes, if it is there. */
export const removeProbe = (ses: Clients['ses'], domain: string): Promise<unknown> =>
  ses.send(new DeleteEmailIdentityCommand({ EmailIdentity: probeDomain(domain) })).catch((error: Error) => {
    if (error.name !== 'NotFoundException') throw error;
  });

/**
 * Returns how to see whether CloudTrail hides the private key of a Put. The probes have put keys that are used nowhere; their
 * events arrive when the run has long ended.
 */
export const trailFinding = (region: string): Finding => ({
  question: 'Does CloudTrail hide the private key of PutEmailIdentityDkimSigningAttributes?',
  answer:
    'Run this in 15 minutes; domainSigningPrivateKey must hold no key: ' +
    `aws cloudtrail lookup-events --region ${region} --max-results 5 --output text ` +
    "--query 'Events[].CloudTrailEvent' " +
    '--lookup-attributes AttributeKey=EventName,AttributeValue=PutEmailIdentityDkimSigningAttributes',
});

/** Asks what no document tells, on an identity of its own that is removed again. */
export async function probe(clients: Clients, domain: string, bucket: string): Promise<Finding[]> {
  const identity = { EmailIdentity: probeDomain(domain) };
  const dkim = async () => (await clients.ses.send(new GetEmailIdentityCommand(identity))).DkimAttributes;
  const tokens = async () => (await dkim())?.Tokens ?? [];
  await clients.ses.send(new CreateEmailIdentityCommand(identity));
  try {
    const before = await tokens();
    const [, ...lines] = makeKey('pkcs8').privateKey.trim().split('\n');
    const signing = { DomainSigningSelector: 'probe', DomainSigningPrivateKey: lines.slice(0, -1).join('') };
    const put = (SigningAttributesOrigin: 'EXTERNAL' | 'AWS_SES', SigningAttributes?: typeof signing) =>
      clients.ses.send(
        new PutEmailIdentityDkimSigningAttributesCommand({
          ...identity,
          SigningAttributesOrigin,
          SigningAttributes,
        }),
      );
    const { DkimStatus } = await put('EXTERNAL', signing);
    const { Status, Tokens: external = [] } = (await dkim()) ?? {};
    const statuses = [DkimStatus, Status, (await dkim())?.Status];
    await put('AWS_SES');
    const after = await tokens();
    const MailFromDomain = `bounce.${identity.EmailIdentity}`;
    await clients.ses.send(new PutEmailIdentityMailFromAttributesCommand({ ...identity, MailFromDomain }));
    const { MailFromAttributes: mailFrom } = await clients.ses.send(new GetEmailIdentityCommand(identity));
    return [
      {
        question: 'What is the status in the answer to a Put, and at the next two reads?',
        answer: statuses.join(', '),
      },
      {
        question: 'What are the tokens of an identity with a key of its own?',
        answer:
          external.length === 0 ? 'none' : external.join() === 'probe' ? 'the selector' : 'something else',
      },
      {
        question: "Do Easy DKIM's tokens come back after a round trip?",
        answer: after.join() === before.join() ? 'yes, the same' : 'no, new ones',
      },
      {
        question: 'What is the status of a MAIL FROM domain without records, right after it was set?',
        answer: mailFrom?.MailFromDomainStatus ?? 'none',
      },
      {
        question: 'What does S3 answer to who may list, for an object that is missing?',
        answer: await clients.s3
          .send(new GetObjectCommand({ Bucket: bucket, Key: 'dns_records/missing.json' }))
          .then(
            () => 'an object',
            (error: Error) => error.name,
          ),
      },
    ];
  } finally {
    await removeProbe(clients.ses, domain);
  }
}
