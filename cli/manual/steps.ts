import {
  delegatedName,
  IDENTITY_TAG,
  privateKeyObject,
  recordName,
  s3Uri,
} from '../../handlers/contract/contract';
import type { Delegation } from '../../handlers/contract/event-schema';
import { shellWord } from '../../handlers/escape';
import {
  manualCommands,
  putKeyCommands,
  setSigningCommand,
  showStateCommand,
} from '../../handlers/notices/aws-commands';
import type { ListedDomain } from '../../list/domain-list';

/** A domain that is set up manually, and its key. */
export interface ManualJob {
  readonly domain: string;
  readonly region: string;
  readonly selector: string;
  /** Bucket of the private key. */
  readonly bucket: string;
  readonly privateKey: string;
  readonly identity: NonNullable<ListedDomain['identity']>;
  readonly delegation?: Delegation | undefined;
}

/** One step: what it is for, its commands, their expected output, and how to undo it. */
export interface ManualStep {
  readonly title: string;
  readonly commands: readonly string[];
  readonly expect: string;
  /** The cases that the output of step 1 decides. Absent if nothing is changed. */
  readonly undo?: readonly { readonly when: string; readonly commands: readonly string[] }[];
}

/**
 * Returns what an apply does for one domain, as commands of the AWS CLI (version 2), openssl and dig, for a Unix shell.
 * Nothing changes before the record is proved.
 */
export function manualSteps(job: ManualJob): ManualStep[] {
  const { domain, region, selector, bucket, privateKey, identity, delegation } = job;
  const name = delegation ? delegatedName(domain, selector, delegation) : recordName(domain, selector);
  const show = showStateCommand(job);
  const switchOn = setSigningCommand(job, true);
  const place = `--email-identity ${domain} --region ${region}`;
  const { key, value } = IDENTITY_TAG;
  const earlier = 'EARLIER_SELECTOR';
  const earlierKey = { bucket, key: privateKeyObject(domain, earlier) };
  const createIdentity: ManualStep = {
    title: 'Create the identity, if step 1 found none',
    commands: [`aws sesv2 create-email-identity ${place} --tags Key=${key},Value=${value}`],
    expect: 'the identity with Easy DKIM, PENDING: it signs nothing yet',
    undo: [{ when: 'it was created here', commands: [`aws sesv2 delete-email-identity ${place}`] }],
  };
  return [
    {
      title: 'Print what SES has now, and keep it: the undo restores it',
      commands: [show],
      expect:
        'the signing origin, selector (Tokens) and status; or NotFoundException, if there is no identity yet',
    },
    {
      title:
        'Prove that the record on every server is of the private key in S3. Do not continue before it is',
      commands: [
        `PUBLIC=$(aws s3 cp ${shellWord(s3Uri({ bucket, key: privateKey }))} - --region ${region} | openssl pkey -pubout -outform DER | openssl base64 -A)`,
        `ZONE=${delegation?.zone ?? domain}; until [ -n "$(dig +short NS "$ZONE")" ] || [ "\${ZONE#*.}" = "$ZONE" ]; do ZONE=\${ZONE#*.}; done`,
        'for SERVER in $(dig +short NS "$ZONE"); do ' +
          `dig +norecurse +short TXT ${name} @"$SERVER" | tr -d '" ' | grep -qF "p=$PUBLIC" ` +
          '&& echo "$SERVER ready" || echo "$SERVER NOT READY"; done',
      ],
      expect: `every server "ready". \`byodkim check ${domain} --selector ${selector}\` prints more, and what is wrong`,
    },
    ...(identity === 'existing' ? [] : [createIdentity]),
    {
      title: `Set the key and the selector ${selector}`,
      commands: putKeyCommands(job, selector, { bucket, key: privateKey }),
      expect: '"DkimStatus": "PENDING" or "SUCCESS"',
      undo: [
        {
          when: 'SES had Easy DKIM (AWS_SES)',
          commands: manualCommands(job, { restoration: { kind: 'easy-dkim' }, enabled: true }),
        },
        {
          when: `SES had BYODKIM (EXTERNAL) with another selector, here ${earlier}`,
          commands: [...putKeyCommands(job, earlier, earlierKey), switchOn, show],
        },
        {
          when: 'what SES had cannot be restored: switch signing off, as a last resort',
          commands: manualCommands(job, { restoration: { kind: 'disable', reason: '' }, enabled: false }),
        },
      ],
    },
    {
      title: 'Switch signing on',
      commands: [switchOn],
      expect: 'nothing, and exit code 0',
      undo: [{ when: 'signing was off', commands: [setSigningCommand(job, false)] }],
    },
    {
      title: 'Wait for SES to verify; minutes as a rule, 72 hours at most',
      commands: [show],
      expect:
        `"SigningAttributesOrigin": "EXTERNAL", "Tokens": ["${selector}"], "SigningEnabled": true, "Status": "SUCCESS". ` +
        'On FAILED, undo the steps. Then deploy the domain: the deploy finds SES as wanted, changes nothing, and records it',
    },
  ];
}
