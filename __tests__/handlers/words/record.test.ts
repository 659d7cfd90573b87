import {
  describeRecordProblem,
  describeRecordWarning,
  type RecordProblem,
  type RecordWarning,
} from '../../../handlers/words/record';

test.each<[RecordProblem, string]>([
  [{ kind: 'empty' }, 'is empty'],
  [
    { kind: 'quotation-marks' },
    'has quotation marks around its value: they belong to the zone file, not to the record',
  ],
  [
    { kind: 'backslashes' },
    'has backslashes before its semicolons: they belong to the zone file, not to the record',
  ],
  [
    { kind: 'console-placeholder' },
    'holds the placeholder of the SES console, p=customerProvidedPublicKey, in place of the public key',
  ],
  [{ kind: 'pasted-strings' }, 'has quotation marks in its p=: its parts were pasted as one string'],
  [{ kind: 'pem-lines' }, 'has PEM lines in its p=: it takes the base64 between them'],
  [{ kind: 'not-base64' }, 'is damaged: its p= is not base64 (cut short, or characters were lost)'],
  [{ kind: 'late-version' }, 'does not begin with v='],
  [{ kind: 'other-version' }, 'is not a DKIM key: its v= is not DKIM1'],
  [{ kind: 'no-sha256' }, 'does not allow sha256, which SES signs with: see its h='],
  [{ kind: 'not-for-mail' }, 'is not for mail: its s= has neither email nor *'],
  [{ kind: 'no-key' }, 'has no p=, so no key'],
  [{ kind: 'revoked' }, 'is revoked: its p= is empty'],
  [
    { kind: 'bare-key' },
    'holds the bare form of the key (RSAPublicKey), which most verifiers cannot read: p= takes its SubjectPublicKeyInfo',
  ],
  [
    { kind: 'cut-off' },
    'is cut after 255 characters, the most that one string of a TXT record holds: the rest goes into a second string of the same record',
  ],
  [
    { kind: 'malformed', problem: { kind: 'not-a-pair', text: 'n\xfcn' } },
    'is malformed: "n\\xfcn" is not a tag=value pair',
  ],
  [
    { kind: 'malformed', problem: { kind: 'not-a-name', text: '1a' } },
    'is malformed: "1a" is not a tag name',
  ],
  [
    { kind: 'malformed', problem: { kind: 'forbidden-characters', tag: 'n' } },
    'is malformed: tag n= holds characters that are not allowed',
  ],
  [{ kind: 'malformed', problem: { kind: 'repeated', tag: 'p' } }, 'is malformed: tag p= is repeated'],
  [{ kind: 'other-type', type: 'ed25519' }, 'holds no RSA key: its k= is "ed25519"'],
  [
    { kind: 'encoding', problem: { kind: 'other-type', type: 'ec' } },
    'is unusable: its p= holds a key of type ec, not RSA',
  ],
  [
    { kind: 'encoding', problem: { kind: 'not-as-der' } },
    'is unusable: its p= holds an RSA key that is not encoded as DER prescribes, or bytes after the end of its key',
  ],
  [
    { kind: 'encoding', problem: { kind: 'no-key' } },
    'is unusable: its p= holds no RSA public key (neither SubjectPublicKeyInfo nor RSAPublicKey)',
  ],
  [
    { kind: 'key', problem: { kind: 'too-few-bits', bits: 512 } },
    'holds a key that has 512 bits, and verifiers refuse fewer than 1024 (RFC 8301)',
  ],
  [
    { kind: 'hazards', hazards: ['several-services', 'white-space', 'granularity', 'long'] },
    'is one that most verifiers fail: its s= lists several services, which some do not read as a list; its s= or h= contains ' +
      'white space, which some verifiers reject; its g=, which RFC 6376 abolished, still restricts senders for some; it is longer ' +
      'than 1024 octets, beyond which some do not read',
  ],
])('%j: the record %s', (problem, words) => {
  expect(describeRecordProblem(problem)).toBe(words);
});

test.each<[RecordWarning, string]>([
  [
    { kind: 'hazard', hazard: 'several-services' },
    'Some verifiers fail on the record: its s= lists several services, which some do not read as a list.',
  ],
  [
    { kind: 'testing' },
    'The record has t=y (testing): verifiers treat a failed signature as if there were none.',
  ],
])('%j warns: %s', (warning, words) => {
  expect(describeRecordWarning(warning)).toBe(words);
});
