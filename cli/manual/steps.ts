import {
  delegatedName,
  IDENTITY_TAG,
  privateKeyObject,
  recordName,
  s3Uri,
} from '../../handlers/contract/contract';
import type { Delegation } from '../../handlers/contract/input/event-schema';
import { shellWord } from '../../handlers/escape';
import {
  manualCommands,
  putKeyCommands,
  setSigningCommand,
  showStateCommand,
} from '../../handlers/notices/aws-commands';
import type { ListedDomain } from '../../list/domain-list';
import {
  CREATE_IDENTITY,
  PRINT_STATE,
  proveRecordStep,
  type StepWords,
  SWITCH_ON,
  setSelector,
  WHEN,
  waitForSes,
} from '../words/manual';

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

/** Commands that undo a step, for one of the states that step 1 may have printed. */
export interface ManualUndo {
  readonly when: string;
  readonly commands: readonly string[];
}

/** One step, with its purpose, its commands, their expected output, and its undo. */
export interface ManualStep extends StepWords {
  readonly commands: readonly string[];
  /** Absent if nothing is changed. */
  readonly undo?: readonly ManualUndo[];
}

/**
 * Returns the work of an apply for one domain as commands of the AWS CLI (version 2), openssl and dig, for a Unix shell.
 * Nothing changes before the record is proved.
 */
export function manualSteps(job: ManualJob): ManualStep[] {
  const { domain, selector, identity } = job;
  const switchOn = [setSigningCommand(job, true)];
  const switchOff = [setSigningCommand(job, false)];
  return [
    { ...PRINT_STATE, commands: [showStateCommand(job)] },
    { ...proveRecordStep(domain, selector), commands: proveCommands(job) },
    ...(identity === 'existing' ? [] : [createIdentity(job)]),
    setKey(job),
    { ...SWITCH_ON, commands: switchOn, undo: [{ when: WHEN.off, commands: switchOff }] },
    { ...waitForSes(selector), commands: [showStateCommand(job)] },
  ];
}

/** Returns the commands that compare the record on every server of the zone with the private key in S3. */
function proveCommands({ domain, region, selector, bucket, privateKey, delegation }: ManualJob): string[] {
  const name = delegation ? delegatedName(domain, selector, delegation) : recordName(domain, selector);
  return [
    `PUBLIC=$(aws s3 cp ${shellWord(s3Uri({ bucket, key: privateKey }))} - --region ${region} | openssl pkey -pubout -outform DER | openssl base64 -A)`,
    `ZONE=${delegation?.zone ?? domain}; until [ -n "$(dig +short NS "$ZONE")" ] || [ "\${ZONE#*.}" = "$ZONE" ]; do ZONE=\${ZONE#*.}; done`,
    'for SERVER in $(dig +short NS "$ZONE"); do ' +
      `dig +norecurse +short TXT ${name} @"$SERVER" | tr -d '" ' | grep -qF "p=$PUBLIC" ` +
      '&& echo "$SERVER ready" || echo "$SERVER NOT READY"; done',
  ];
}

function createIdentity({ domain, region }: ManualJob): ManualStep {
  const place = `--email-identity ${domain} --region ${region}`;
  const { key, value } = IDENTITY_TAG;
  return {
    ...CREATE_IDENTITY,
    commands: [`aws sesv2 create-email-identity ${place} --tags Key=${key},Value=${value}`],
    undo: [{ when: WHEN.created, commands: [`aws sesv2 delete-email-identity ${place}`] }],
  };
}

/** Placeholder in the commands for the earlier selector in SES. */
const EARLIER = 'EARLIER_SELECTOR';

function setKey(job: ManualJob): ManualStep {
  const { domain, selector, bucket, privateKey } = job;
  const earlierKey = { bucket, key: privateKeyObject(domain, EARLIER) };
  const restoreEarlier = [
    ...putKeyCommands(job, EARLIER, earlierKey),
    setSigningCommand(job, true),
    showStateCommand(job),
  ];
  return {
    ...setSelector(selector),
    commands: putKeyCommands(job, selector, { bucket, key: privateKey }),
    undo: [
      {
        when: WHEN.easyDkim,
        commands: manualCommands(job, { restoration: { kind: 'easy-dkim' }, enabled: true }),
      },
      { when: WHEN.byodkim(EARLIER), commands: restoreEarlier },
      {
        when: WHEN.unknown,
        commands: manualCommands(job, { restoration: { kind: 'disable', reason: '' }, enabled: false }),
      },
    ],
  };
}
