import { GetObjectCommand } from '@aws-sdk/client-s3';
import {
  CreateEmailIdentityCommand,
  DeleteEmailIdentityCommand,
  GetEmailIdentityCommand,
  PutEmailIdentityDkimSigningAttributesCommand,
  PutEmailIdentityMailFromAttributesCommand,
} from '@aws-sdk/client-sesv2';
import { mailFromRecords, recordName } from '../../handlers/contract/contract';
import { recordValue } from '../../handlers/keys/format/public-key';
import { makeKey } from '../demo/keys';
import type { Clients } from './account';
import type { Publisher } from './publisher';
import type { Finding } from './recording';

export const probeDomain = (domain: string): string => `byodkim-probe.${domain}`;
/** The identity of the probes that need only one region. */
const formsDomain = (domain: string): string => `byodkim-probe-2.${domain}`;
/** The identity of the probe that sends mail. */
export const sendingDomain = (domain: string): string => `byodkim-probe-3.${domain}`;

/** Minutes after the start at which SES is asked for the state of verification. */
const ASKED_AT_MINUTES = [0, 1, 2, 3, 5, 10, 15, 20, 30, 45, 60];

/** The inputs of the probes of verification. */
export interface ProbedRegions {
  /** The clients of each region. */
  readonly regions: Readonly<Record<string, Clients>>;
  readonly domain: string;
  readonly publish: Publisher['publish'];
  later(minutes: number): Promise<void>;
}

/**
 * Checks what SES verifies: one key in several regions at once, a key in PKCS#8, and an alias at the name of a MAIL FROM
 * domain.
 */
export async function probeVerification(probed: ProbedRegions): Promise<Finding[]> {
  const { regions, domain, later } = probed;
  const [[first, { ses: firstSes }]] = Object.entries(regions) as [[string, Clients]];
  const all = Object.values(regions).map(({ ses }) => ses);
  for (const ses of all) await removeProbe(ses, domain);
  try {
    await beginRegions(probed);
    await beginForms(probed, first);
    let ofRegions: (string | undefined)[] = [];
    let forms: Statuses = {};
    let minutes = 0;
    for (const at of ASKED_AT_MINUTES) {
      if (at > minutes) await later(at - minutes);
      minutes = at;
      ofRegions = [];
      for (const ses of all) ofRegions.push((await statusesOf(ses, probeDomain(domain))).dkim);
      forms = await statusesOf(firstSes, formsDomain(domain));
      if ([...ofRegions, forms.dkim, forms.mailFrom].every((status) => status === 'SUCCESS')) break;
    }
    const names = Object.keys(regions);
    return [
      {
        question: 'Does SES verify one key in two regions at once?',
        answer: names.map((region, index) => `${region}: ${ofRegions[index]}`).join(', '),
      },
      { question: 'Does SES verify a key that it was given in PKCS#8?', answer: `${forms.dkim}` },
      {
        question: 'Does SES follow an alias (CNAME) at the name of a MAIL FROM domain?',
        answer: `${forms.mailFrom}`,
      },
    ];
  } finally {
    for (const ses of all) await removeProbe(ses, domain);
  }
}

/** The state of an identity's verification in SES. */
interface Statuses {
  readonly dkim?: string | undefined;
  readonly mailFrom?: string | undefined;
}

async function statusesOf(ses: Clients['ses'], EmailIdentity: string): Promise<Statuses> {
  const { DkimAttributes, MailFromAttributes } = await ses.send(
    new GetEmailIdentityCommand({ EmailIdentity }),
  );
  return { dkim: DkimAttributes?.Status, mailFrom: MailFromAttributes?.MailFromDomainStatus };
}

/** Makes one identity in each region, with one key. */
async function beginRegions({ regions, domain, publish }: ProbedRegions): Promise<void> {
  const identity = probeDomain(domain);
  const key = makeKey('pkcs1');
  await publish(recordName(identity, SELECTOR), recordValue({ spki: key.publicKey }));
  for (const { ses } of Object.values(regions)) await begin(ses, identity, key.privateKey);
}

/** Makes an identity in the first region, with a key in PKCS#8 and a MAIL FROM domain that is an alias. */
async function beginForms({ regions, domain, publish }: ProbedRegions, first: string): Promise<void> {
  const identity = formsDomain(domain);
  const key = makeKey('pkcs8');
  await publish(recordName(identity, SELECTOR), recordValue({ spki: key.publicKey }));
  const records = mailFromRecords({ domain: identity, region: first, mailFrom: { subdomain: 'target' } });
  for (const { name, value, type } of records) await publish(name, value, type);
  await publish(`bounce.${identity}`, `target.${identity}`, 'CNAME');
  const { ses } = regions[first]!;
  await begin(ses, identity, key.privateKey);
  await ses.send(
    new PutEmailIdentityMailFromAttributesCommand({
      EmailIdentity: identity,
      MailFromDomain: `bounce.${identity}`,
    }),
  );
}

const SELECTOR = 'probe';

async function begin(ses: Clients['ses'], EmailIdentity: string, privateKey: string): Promise<void> {
  const DkimSigningAttributes = {
    DomainSigningSelector: SELECTOR,
    DomainSigningPrivateKey: privateKey.trim().split('\n').slice(1, -1).join(''),
  };
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity, DkimSigningAttributes }));
}

/** Removes the identities of the probes, if they exist. */
export async function removeProbe(ses: Clients['ses'], domain: string): Promise<void> {
  for (const EmailIdentity of [probeDomain(domain), formsDomain(domain), sendingDomain(domain)])
    await ses.send(new DeleteEmailIdentityCommand({ EmailIdentity })).catch((error: Error) => {
      if (error.name !== 'NotFoundException') throw error;
    });
}

/**
 * Returns instructions for checking whether CloudTrail hides the private key of a Put. The probes have put keys that
 * are used nowhere else, and their events arrive long after the run.
 */
export const trailFinding = (region: string): Finding => ({
  question: 'Does CloudTrail hide the private key of PutEmailIdentityDkimSigningAttributes?',
  answer:
    'Run this in 15 minutes; domainSigningPrivateKey must hold no key: ' +
    `aws cloudtrail lookup-events --region ${region} --max-results 5 --output text ` +
    "--query 'Events[].CloudTrailEvent' " +
    '--lookup-attributes AttributeKey=EventName,AttributeValue=PutEmailIdentityDkimSigningAttributes',
});

/** Answers questions that no documentation covers, with an identity of its own that is removed again. */
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
