/** Describes problems with the private keys, and how they are restored. */

import { shellWord } from '../../escape';
import { KEY_BITS } from '../../key-limits';
import { byFacts, type ErrorRows } from '../advice';
import { CHECK } from '../commands';
import { describeKeyFileProblem, type KeyFileProblem } from '../keys';

/** An object of S3. */
export interface ObjectFacts {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}

/** Facts of the errors about keys, by code. */
export interface KeyErrors {
  readonly KEY_REPLACED: {
    readonly domain: string;
    readonly selector: string;
    /** `s3://bucket/key`, and the version of the object. */
    readonly place: string;
    readonly versionId?: string | undefined;
    /** Fingerprints. */
    readonly expected: string;
    readonly found: string;
    /** Place of the earlier key, or `null` if S3 no longer has it. */
    readonly earlier: string | null;
  };
  /** The private key that SES signs with. */
  readonly KEY_MISSING: {
    readonly selector: string;
    /** `s3://bucket/key` */
    readonly place: string;
    /** Whether S3 still has the version that was applied. */
    readonly isKept: boolean;
  };
  readonly KEY_NOT_MADE_HERE: {
    readonly domain: string;
    readonly selector: string;
    /** `s3://bucket/key` of the key, and of its DNS information, which may be absent. */
    readonly place: string;
    readonly describedAt: string;
    /** A fingerprint. */
    readonly found: string;
  };
  readonly CERTIFICATE_NOT_FOUND:
    | { readonly kind: 'bucket' | 'key' | 'dns-information'; readonly expected: ObjectFacts }
    /** The DNS team was given the record of a key that is missing. */
    | {
        readonly kind: 'described-key';
        readonly expected: ObjectFacts;
        readonly fingerprint: string;
        readonly createdAt: string;
        /** Place of its DNS information. */
        readonly describedAt: string;
      }
    /** Another team supplies the key, and has not stored it yet. */
    | { readonly kind: 'not-supplied'; readonly expected: ObjectFacts };
  readonly CERTIFICATE_INVALID: /** `place`: `s3://bucket/key`, or a file. */
    | { readonly kind: 'file'; readonly place: string; readonly problem: KeyFileProblem }
    /** The private key or its DNS information belongs to another key. Fingerprints. */
    | {
        readonly kind: 'another-key';
        readonly place: string;
        readonly expected: string;
        readonly found: string;
      }
    | {
        readonly kind: 'dns-information';
        readonly place: string;
        readonly keyPlace: string;
        readonly expected: string;
        readonly found: string;
      };
}

const s3Uri = ({ bucket, key }: ObjectFacts): string => `s3://${bucket}/${key}`;

function whatIsNotFound(facts: KeyErrors['CERTIFICATE_NOT_FOUND']): string {
  const uri = s3Uri(facts.expected);
  switch (facts.kind) {
    case 'bucket':
      return `There is no bucket ${facts.expected.bucket}: expected the private key at ${uri}.`;
    case 'key': {
      const { versionId } = facts.expected;
      return `There is no private key at ${uri}${versionId ? ` (version ${versionId})` : ''}.`;
    }
    case 'dns-information':
      return `There is no DNS information at ${uri}.`;
    case 'described-key':
      return (
        `There is no private key at ${uri}, but the DNS team was given the record of one (${facts.fingerprint}, made ` +
        `${facts.createdAt}). Expected the key and its record together; no new key was made, since the published record ` +
        'would not match it.'
      );
    case 'not-supplied':
      return `There is no private key at ${uri}, so that its record cannot be published.`;
  }
}

function todoOfNotFound(facts: KeyErrors['CERTIFICATE_NOT_FOUND']): string | undefined {
  switch (facts.kind) {
    case 'bucket':
      return 'Correct keyStore.bucket, or control.keyStore.bucket.existing, in the list.';
    case 'dns-information':
      return '`byodkim key create <domain>` writes it for the stored key. If it is elsewhere, set its place in keyStore.dnsRecords.';
    case 'described-key':
      return (
        `${restoreDeleted(s3Uri(facts.expected))} If no version is left, use a new selector; or, if SES has never signed with this one, delete ` +
        `${facts.describedAt} to start again.`
      );
    case 'key':
      return todoOfMissingKey(facts.expected.key);
    case 'not-supplied':
      return undefined;
  }
}

const KEY_MADE_BY =
  '`openssl genrsa -out FILE 2048` makes a key; with `createKey: true`, the deploy makes it.';

/** Returns the advice about a key that never existed. The usual place of a key contains the selector. */
function todoOfMissingKey(object: string): string | undefined {
  const [, selector] = /\/([^/]+)\/private_key\.pem$/.exec(object) ?? [];
  return (
    selector &&
    `Store the key (\`byodkim key put <domain> FILE -s ${selector}\`), or correct keyStore. ${KEY_MADE_BY}`
  );
}

function whatIsInvalid(facts: KeyErrors['CERTIFICATE_INVALID']): string {
  switch (facts.kind) {
    case 'file':
      return (
        `The private key in ${facts.place} cannot be used: ${describeKeyFileProblem(facts.problem)}. Expected one RSA private key of ` +
        `${KEY_BITS.least} to ${KEY_BITS.most} bits in PEM (PKCS#1 or PKCS#8), not encrypted.`
      );
    case 'another-key':
      return `${facts.place} holds another key than before (expected ${facts.expected}, found ${facts.found}).`;
    case 'dns-information':
      return (
        `The DNS information in ${facts.place} does not belong to the key at ${facts.keyPlace}: ` +
        `expected ${facts.expected}, found ${facts.found}. One of the two was replaced. Nothing was written.`
      );
  }
}

const TODO_OF_INVALID = {
  file: undefined,
  'another-key': 'Restore the private key from its earlier version.',
  'dns-information':
    'Restore the private key from its earlier version, or delete the DNS information so that it is written again (and ' +
    'the DNS team is notified).',
} as const;

/** Formats the command that deletes an object, or one version of it. @param place `s3://bucket/key` */
function deleteCommand(place: string, versionId?: string): string {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(place) ?? [];
  const version = versionId === undefined ? '' : ` --version-id ${shellWord(versionId)}`;
  return `aws s3api delete-object --bucket ${shellWord(bucket)} --key ${shellWord(key)}${version}`;
}

/** Says how to restore a deleted object, by removing its delete marker. @param place `s3://bucket/key` */
function restoreDeleted(place: string): string {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(place) ?? [];
  const at = `--bucket ${shellWord(bucket)}`;
  const mark = `aws s3api list-object-versions ${at} --prefix ${shellWord(key)} --query 'DeleteMarkers[?IsLatest].VersionId' --output text`;
  return (
    'A role that is named in control.keyStore.readers (name one and deploy the control stack, if there is none) restores the object: ' +
    `aws s3api delete-object ${at} --key ${shellWord(key)} --version-id "$(${mark})"`
  );
}

/** Returns the advice about the key in force, by whether S3 still has it. */
const todoOfMissing = ({ place, isKept }: KeyErrors['KEY_MISSING']): string =>
  isKept
    ? restoreDeleted(place)
    : 'S3 no longer has a version of it, so a rollback cannot set it again. Name the domain in control.allow.irreversible, set ' +
      'irreversible: allow in its entry, and deploy the control stack. Then sign with a new key: `byodkim rotate <domain>`, and deploy the domain.';

/** Returns the advice about an overwritten key, by the remaining versions of the earlier one. */
function todoOfReplaced({ selector, place, versionId, earlier }: KeyErrors['KEY_REPLACED']): string {
  return `Do not change DNS: the record of the earlier key must stay. For a new key, use a new selector: \`byodkim rotate <domain>\`. ${earlierKey()}`;

  function earlierKey(): string {
    if (earlier === null) return 'S3 no longer has the earlier key.';
    const publish = `If it was replaced, publish what this prints: \`byodkim record <domain> -s ${selector}\`.`;
    if (earlier !== place)
      return `${publish} The earlier key is at ${earlier}: correct keyStore in the list.`;
    return (
      `${publish} A role that is named in control.keyStore.readers (name one and deploy the control stack, if there is none) ` +
      `restores the earlier key by deleting the version that replaced it: ${deleteCommand(place, versionId ?? '')}`
    );
  }
}

/** Rows of these errors, by code. Markdown, except what happened. */
export const KEY_ROWS: ErrorRows<KeyErrors> = {
  KEY_REPLACED: {
    next: 'restore the earlier key',
    when: 'The private key in S3 was overwritten: SES signs with the earlier one.',
    what: ({ place, found, selector, domain, expected }) =>
      `The private key at ${place} (${found}) is not the one that SES signs with for selector ${selector} of ${domain}: expected ${expected}.`,
    who: 'a role in control.keyStore.readers',
    todo: byFacts(
      'Do not change DNS, or change it back, and restore the earlier key: `byodkim check <domain>` prints both commands. Or rotate.',
      todoOfReplaced,
    ),
    command: CHECK,
  },
  KEY_MISSING: {
    next: 'restore the key',
    when: 'The private key that is set in SES is no longer in S3. SES keeps its copy, but no change and no rollback can read the key.',
    what: ({ place, selector }) =>
      `The private key ${place} is gone: expected the key of selector ${selector}, which is set in SES. SES keeps its copy, but no change and no rollback can read the key.`,
    who: 'the keeper of the keys',
    todo: byFacts(
      'Restore the object from an earlier version: `byodkim check <domain>` prints the command. If no version is left, rotate to a new selector with `irreversible: allow`.',
      todoOfMissing,
    ),
    command: CHECK,
  },
  KEY_NOT_MADE_HERE: {
    next: 'remove the object, or set createKey: false',
    when: 'The list has `createKey: true`, and the function did not make the private key in S3. The person who put it there knows it.',
    what: ({ place, selector, domain, found }) =>
      `The private key at ${place} (${found}) was put there by others: expected for selector ${selector} of ${domain} one that this function has made. SES was not changed.`,
    who: 'the owner of the keys',
    todo: byFacts(
      'If the key is yours, set `createKey: false`. Otherwise find out who put it there (CloudTrail, `s3:PutObject`), delete the object, and deploy again: the function makes a key. Do not publish its record.',
      ({ place, describedAt }) =>
        `If the key is yours, set createKey: false. Otherwise find out who put it there (CloudTrail, s3:PutObject), do not publish its record, and ` +
        `delete the object and its DNS information: ${deleteCommand(place)}; ${deleteCommand(describedAt)}. Then deploy again: the function makes a key.`,
    ),
    command: CHECK,
  },
  CERTIFICATE_NOT_FOUND: {
    next: 'store the key',
    when: 'The private key, or its DNS information, is not in S3.',
    what: whatIsNotFound,
    who: 'the owner of the keys',
    todo: byFacts(
      `Store the key (\`byodkim key put <domain> FILE\`), or correct \`keyStore\`. ${KEY_MADE_BY}`,
      todoOfNotFound,
    ),
  },
  CERTIFICATE_INVALID: {
    next: 'replace the key',
    when: 'The object is not a PEM RSA private key that SES accepts: it is encrypted, has another algorithm, is a public key, has several keys, or has a size outside 1024–2048 bits.',
    what: whatIsInvalid,
    who: 'the owner of the keys',
    todo: byFacts(
      'Replace the object; `openssl pkey -in key.pem -noout -text_pub` prints its kind, and nothing secret.',
      ({ kind }) => TODO_OF_INVALID[kind],
    ),
  },
};
