import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { privateKeyObject, recordName } from '../../../handlers/contract/contract';
import { readSigningKey } from '../../../handlers/keys/format/pem';
import { recordValue } from '../../../handlers/keys/format/public-key';
import type { SnsService } from '../../../packages/sandbox/aws/services/sns';
import { sandboxClient } from '../../../packages/terraform/cli/client';
import { makeKey } from '../../../tools/demo/keys';
import { Person } from '../../support/people';
import type { Desk } from './desk';

const HALF_A_MINUTE_MS = 30_000;

/** Plays what other people do while somebody follows a page. */
type Play = (desk: Desk) => Promise<void>;

const ask = ({ practice }: Desk, path: string, body: object) =>
  sandboxClient(practice.environment).ask('PUT', path, body);

/** The plays, by their names in the notes of the pages. */
export const PLAYS: Readonly<Record<string, Play>> = {
  'the role mail-keys exists': async (desk) => {
    const { sandbox } = desk.practice;
    desk.people['mail-keys'] = await Person.of(sandbox, 'put-keys', desk.list, 'mail-keys');
  },

  'signed in as mail-keys': async (desk) => {
    const { variables } = desk;
    desk.variables = { ...variables, ...desk.people['mail-keys']!.environment };
    desk.atEndOfBlock(() => {
      desk.variables = variables;
    });
  },

  'everybody clicks the link': async (desk) => {
    const topics = desk.practice.sandbox.service<SnsService>('sns').topics();
    const endpoints = new Set(
      topics.flatMap(({ subscriptions }) => [...subscriptions.values()].map(({ endpoint }) => endpoint)),
    );
    if (endpoints.size === 0) throw new Error('Nobody has received a message.');
    for (const endpoint of endpoints) await ask(desk, 'subscriptions/confirm', { endpoint });
  },

  'time passes': async (desk) => {
    const { clock } = desk.practice.sandbox;
    const timer = setInterval(() => void clock.advance(HALF_A_MINUTE_MS), 250);
    desk.atEndOfBlock(() => clearInterval(timer));
  },

  /** For a domain that the list does not have, and so not its name servers either. */
  'the sandbox answers for DNS': async (desk) => {
    const { address } = desk.practice.dns;
    desk.moreOptions = ` --nameserver ${address} --resolver ${address}`;
    desk.atEndOfBlock(() => {
      desk.moreOptions = '';
    });
  },

  /** The DNS team has got what the block above has printed. */
  'the DNS team publishes the record': async (desk) => {
    if ((await publish(desk, desk.printed)) === 0) throw new Error(`No record was printed:\n${desk.printed}`);
  },

  /** Only a list names other servers for each of a domain's commands. The entry is gone after the block. */
  'the sandbox names its DNS server for mail.example.com': async (desk) => {
    const before = desk.list;
    desk.editList((list) => list.setIn(['domains', 'mail.example.com'], { selector: 's1' }));
    desk.atEndOfBlock(() => desk.writeList(parseDocument(before)));
  },

  'the record of key.pem is published': async (desk) => {
    const file = path.join(desk.clone, 'key.pem');
    const timer = setInterval(() => {
      if (existsSync(file)) void publishKey(desk, file);
    }, 300);
    desk.atEndOfBlock(() => clearInterval(timer));
  },

  /** Publishes whatever its mail asks for, as soon as it arrives. */
  'the DNS team does as its mail says': async (desk) => {
    const timer = setInterval(() => void answerMail(desk), 300);
    desk.atEndOfBlock(() => clearInterval(timer));
  },

  'somebody answers yes': async (desk) => {
    desk.answer = 'yes';
    desk.atEndOfBlock(() => {
      desk.answer = undefined;
    });
  },

  'example.com is deployed': async (desk) => {
    desk.editList((list) => list.setIn(['domains', 'example.com'], { selector: 's1', createKey: true }));
    await PLAYS['the role mail-keys exists']!(desk);
    await desk.passes('npm run deploy -- byodkim-control-ap-northeast-1');
    await desk.passes('npm run byodkim -- key create example.com');
    await answerMail(desk);
    await desk.passes('npm run deploy -- example.com');
    desk.variables = { BUCKET: 'acme-dkim-keys-ap-northeast-1' };
  },

  'example.com is deployed in Route 53': async (desk) => {
    const zone = { Name: 'example.com', CallerReference: 'page' };
    const { HostedZone } = await desk.practice.sandbox.call('route53', 'CreateHostedZone', zone);
    const record = { hostedZoneId: HostedZone.Id.replace('/hostedzone/', '') };
    desk.editList((list) =>
      list.setIn(['domains', 'example.com'], { selector: 's1', createKey: true, record }),
    );
    await PLAYS['the role mail-keys exists']!(desk);
    await desk.passes('npm run deploy -- byodkim-control-ap-northeast-1');
    await desk.passes('npm run deploy -- example.com');
  },

  'private_key.pem is the key of example.com': async (desk) => {
    await desk.passes('openssl genrsa -out private_key.pem 2048');
    desk.beginBlock();
    await desk.passes('npm run byodkim -- record example.com --selector s1 --key-file private_key.pem');
    await publish(desk, desk.printed);
  },

  /** SES signs with a key that an earlier process has put into a bucket, and that nobody has tagged. */
  'the old runbook was followed': async (desk) => {
    const { sandbox, dns } = desk.practice;
    const { privateKey, publicKey } = makeKey('pkcs1');
    const Bucket = 'old-dkim-keys';
    await sandbox.call('s3', 'CreateBucket', {
      Bucket,
      CreateBucketConfiguration: { LocationConstraint: sandbox.region },
    });
    const Body = Buffer.from(privateKey);
    await sandbox.call('s3', 'PutObject', { Bucket, Key: privateKeyObject('example.com', 's1'), Body });
    await ask(desk, 'dns/records', {
      name: recordName('example.com', 's1'),
      type: 'TXT',
      values: [recordValue({ spki: publicKey })],
    });
    await sandbox.call('ses', 'CreateEmailIdentity', {
      EmailIdentity: 'example.com',
      DkimSigningAttributes: {
        DomainSigningSelector: 's1',
        DomainSigningPrivateKey: privateKey.replace(/-----[^-]+-----|\s/g, ''),
      },
    });
    desk.writeList({
      control: { keyStore: { bucket: { existing: Bucket } } },
      defaults: { region: sandbox.region, gate: { nameservers: [dns.address], resolvers: [] } },
      domains: {},
    });
  },

  /** Runs the commands that the block above has printed for a shell, with the account's number. */
  'the printed loops are run': async (desk) => {
    const loops = desk.printed.split('\n').filter((line) => /^\s*for NAME in /.test(line));
    if (loops.length === 0) throw new Error(`No loop was printed:\n${desk.printed}`);
    const byodkim = 'byodkim() { npm run byodkim -- "$@"; }';
    const { accountId } = desk.practice.sandbox;
    for (const loop of loops) await desk.passes(`${byodkim}; ACCOUNT=${accountId}; ${loop.trim()}`);
  },

  'example.com is deployed again': (desk) => desk.passes('npm run deploy -- example.com'),

  /** A deploy has set the next key, and SES has not verified it. */
  'a change is open': async (desk) => {
    nextSelector(desk);
    await ask(desk, 'ses/pace', { delayMs: 10 * 60_000 });
    await desk.passes('npm run byodkim -- key create example.com');
    await answerMail(desk);
    await desk.type('npm run deploy -- example.com --wait 0');
    await ask(desk, 'ses/pace', { delayMs: 0 });
  },

  /** As in the exercise: SES accepts the new key, refuses to switch signing on, and to take the earlier key back. */
  'a rollback has failed': async (desk) => {
    const { sandbox } = desk.practice;
    nextSelector(desk);
    await desk.passes('npm run byodkim -- key create example.com');
    await answerMail(desk);
    await sandbox.call('ses', 'PutEmailIdentityDkimAttributes', {
      EmailIdentity: 'example.com',
      SigningEnabled: false,
    });
    const operation = (name: string) => `ses:PutEmailIdentityDkim${name}Attributes`;
    const faults = [
      sandbox.faults.add({ operation: operation('Signing'), kind: 'deny', skip: 1 }),
      sandbox.faults.add({ operation: operation(''), kind: 'deny' }),
    ];
    const { output } = await desk.type('npm run deploy -- example.com');
    for (const fault of faults) fault.remove();
    if (!output.includes('ROLLBACK_FAILED')) throw new Error(`The rollback has not failed:\n${output}`);
  },

  'the tenant news holds example.com': async ({ practice: { sandbox } }) => {
    const TenantName = 'news';
    const ResourceArn = `arn:aws:ses:${sandbox.region}:${sandbox.accountId}:identity/example.com`;
    await sandbox.call('ses', 'CreateTenant', { TenantName });
    await sandbox.call('ses', 'CreateTenantResourceAssociation', { TenantName, ResourceArn });
  },

  /** The list is committed, and `origin/main` is the commit. */
  'the list is committed': async (desk) => {
    const git = 'git -c user.name=reader -c user.email=reader@example.com';
    await desk.passes('git init --quiet --initial-branch=main');
    await desk.passes(`${git} add domains.yaml`);
    await desk.passes(`${git} commit --quiet --message "Change the list"`);
    await desk.passes('git update-ref refs/remotes/origin/main HEAD');
  },
};

async function publishKey(desk: Desk, file: string): Promise<void> {
  const { publicKey } = readSigningKey(readFileSync(file), file);
  const name = recordName('mail.example.com', 's1');
  await ask(desk, 'dns/records', { name, type: 'TXT', values: [recordValue(publicKey)] });
}

/** Publishes the records that the newest mail to the DNS team asks for. */
async function answerMail(desk: Desk): Promise<void> {
  const sns = desk.practice.sandbox.service<SnsService>('sns');
  const { arn } = sns.topics().find((topic) => topic.arn.endsWith('-dns'))!;
  for (const { message } of sns.messages(arn)) await publish(desk, message);
}

/** Publishes the records that a text has in the notation of zone files, and returns how many they are. */
async function publish(desk: Desk, text: string): Promise<number> {
  const records = [...text.matchAll(/^ *(\S+)\. \d+ IN (TXT|MX|CNAME) (.+)$/gm)];
  for (const [, name, type, value = ''] of records) {
    const strings = [...value.matchAll(/"([^"]*)"/g)].map(([, string]) => string);
    await ask(desk, 'dns/records', { name, type, values: [type === 'TXT' ? strings.join('') : value] });
  }
  return records.length;
}

/** Writes the selector after the highest one into the list, whose key the function makes. */
function nextSelector(desk: Desk): void {
  desk.editList((list) => {
    const place = ['domains', 'example.com', 'selector'];
    list.setIn(place, `s${Number(String(list.getIn(place)).slice(1)) + 1}`);
  });
}
