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
import type { Coded } from '../words/coded';
import { type StepFacts, stepWords, type UndoFacts, undoWords } from '../words/manual';

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
  readonly code: keyof UndoFacts;
  readonly facts: UndoFacts[keyof UndoFacts];
  readonly when: string;
  readonly commands: readonly string[];
}

/** One step, with its purpose, its commands, their expected output, and its undo. */
export interface ManualStep {
  readonly code: keyof StepFacts;
  readonly facts: StepFacts[keyof StepFacts];
  readonly title: string;
  readonly commands: readonly string[];
  readonly expect: string;
  /** Absent if nothing is changed. */
  readonly undo?: readonly ManualUndo[];
}

const step = (
  of: Coded<StepFacts>,
  commands: readonly string[],
  undo?: readonly ManualUndo[],
): ManualStep => ({ ...of, ...stepWords(of), commands, ...(undo && { undo }) });

const undo = (of: Coded<UndoFacts>, commands: readonly string[]): ManualUndo => ({
  ...of,
  when: undoWords(of),
  commands,
});

/**
 * Returns the work of an apply for one domain as commands of the AWS CLI (version 2), openssl and dig, for a Unix shell.
 * Nothing changes before the record is proved.
 */
export function manualSteps(job: ManualJob): ManualStep[] {
  const { domain, selector, identity } = job;
  const switchOn = [setSigningCommand(job, true)];
  const switchOff = [setSigningCommand(job, false)];
  return [
    step({ code: 'PRINT_STATE', facts: {} }, [showStateCommand(job)]),
    step({ code: 'PROVE_RECORD', facts: { domain, selector } }, proveCommands(job)),
    ...(identity === 'existing' ? [] : [createIdentity(job)]),
    setKey(job),
    step({ code: 'SWITCH_ON', facts: {} }, switchOn, [undo({ code: 'SIGNING_OFF', facts: {} }, switchOff)]),
    step({ code: 'WAIT_FOR_SES', facts: { selector } }, [showStateCommand(job)]),
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
  return step(
    { code: 'CREATE_IDENTITY', facts: {} },
    [`aws sesv2 create-email-identity ${place} --tags Key=${key},Value=${value}`],
    [undo({ code: 'CREATED', facts: {} }, [`aws sesv2 delete-email-identity ${place}`])],
  );
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
  return step(
    { code: 'SET_KEY', facts: { selector } },
    putKeyCommands(job, selector, { bucket, key: privateKey }),
    [
      undo(
        { code: 'EASY_DKIM', facts: {} },
        manualCommands(job, { restoration: { kind: 'easy-dkim' }, enabled: true }),
      ),
      undo({ code: 'BYODKIM', facts: { earlier: EARLIER } }, restoreEarlier),
      undo(
        { code: 'UNKNOWN', facts: {} },
        manualCommands(job, { restoration: { kind: 'disable', reason: '' }, enabled: false }),
      ),
    ],
  );
}
