import { createPublicKey } from 'node:crypto';
import { rsaPublicKeyOf } from '../../../handlers/key/public-key';
import type { RecordData } from '../../../packages/sandbox/dns/zone';
import { rsaKey } from '../../support/keys-of-the-run';
import * as setup from './support';

const EXPECTED = rsaPublicKeyOf(createPublicKey(rsaKey(2048)));
const VALUE = `v=DKIM1; k=rsa; p=${EXPECTED.spki}`;
const strings = (...parts: string[]): RecordData => ({ strings: parts });

/** What is published, as `name TYPE`, and the sentence that names the fault. */
const FAULTS: readonly (readonly [
  fault: string,
  published: Readonly<Record<string, readonly RecordData[]>>,
  code: string,
  words: string,
])[] = [
  [
    "the placeholder of SES's console",
    { [`${setup.NAME} TXT`]: ['p=customerProvidedPublicKey'] },
    'DNS_TXT_INVALID',
    'has a record that holds the placeholder of the SES console, p=customerProvidedPublicKey, in place of the public key',
  ],
  [
    'the domain twice',
    { [`${setup.NAME}.example.com TXT`]: [VALUE] },
    'DNS_TXT_NOT_READY',
    `A DKIM record was found at ${setup.NAME}.example.com: example.com is in its name twice. In a web form of example.com its name is selector1._domainkey;`,
  ],
  [
    'no selector',
    { '_domainkey.example.com TXT': [VALUE] },
    'DNS_TXT_NOT_READY',
    'A DKIM record was found at _domainkey.example.com: its name lacks the selector.',
  ],
  [
    'no _domainkey',
    { 'selector1.example.com TXT': [VALUE] },
    'DNS_TXT_NOT_READY',
    'A DKIM record was found at selector1.example.com: its name lacks _domainkey.',
  ],
  [
    'the root of the domain',
    { 'example.com TXT': ['v=spf1 -all', VALUE] },
    'DNS_TXT_NOT_READY',
    'A DKIM record was found at example.com: it is at the domain itself, and its name lacks the selector and _domainkey.',
  ],
  [
    'quotes around the value',
    { [`${setup.NAME} TXT`]: [`"${VALUE}"`] },
    'DNS_TXT_INVALID',
    'has quotation marks around its value: they belong to the zone file, not to the record',
  ],
  [
    'quotes inside the value',
    { [`${setup.NAME} TXT`]: [`${VALUE.slice(0, 250)}" "${VALUE.slice(250)}`] },
    'DNS_TXT_INVALID',
    'has quotation marks in its p=: its parts were pasted as one string',
  ],
  [
    'escaped semicolons',
    { [`${setup.NAME} TXT`]: [VALUE.replaceAll(';', '\\;')] },
    'DNS_TXT_INVALID',
    'has backslashes before its semicolons: they belong to the zone file, not to the record',
  ],
  [
    'a proxied or flattened CNAME',
    { [`${setup.NAME} A`]: ['192.0.2.80'] },
    'DNS_TXT_NOT_READY',
    'The name has an address and no TXT record: a CNAME there is proxied or flattened. Switch that off for this name',
  ],
  [
    'two records',
    { [`${setup.NAME} TXT`]: [VALUE, setup.OTHER_VALUE] },
    'DNS_TXT_INVALID',
    'has 2 TXT records at the name, and it must be one',
  ],
  ...[VALUE, `v=DKIM1; p=${EXPECTED.spki}`].map(
    (value) =>
      [
        `a value cut at 255 (${value.slice(0, 12)})`,
        { [`${setup.NAME} TXT`]: [strings(value.slice(0, 255))] },
        'DNS_TXT_INVALID',
        'is cut after 255 characters, the most that one string of a TXT record holds: the rest goes into a second string',
      ] as const,
  ),
  [
    'the key of another selector',
    { [`${setup.NAME} TXT`]: [setup.OTHER_VALUE] },
    'DNS_KEY_MISMATCH',
    'That is the value of another selector, or of an earlier key.',
  ],
];

test.each(FAULTS)('names the fault of a DNS panel: %s', (_, published, code, words) =>
  setup.within(setup.internet(), async (network) => {
    for (const address of [setup.NS1, setup.NS2])
      for (const [key, data] of Object.entries(published)) {
        const [name, type] = key.split(' ') as [string, string];
        network.servers[address]!.setRecords(name, type, [...data]);
      }
    const outcome = await setup.prove(network, { expected: EXPECTED });
    expect(outcome).toMatchObject({ ready: false, code });
    expect(outcome.message).toContain(words);
    expect(outcome.advice).toContain(VALUE);
  }),
);

test('takes the address of a wildcard for no sign of a CNAME', () =>
  setup.within(setup.internet(), async (network) => {
    for (const address of [setup.NS1, setup.NS2])
      network.servers[address]!.setRecords('*.example.com', 'A', ['192.0.2.80']);
    const { message } = await setup.prove(network);
    expect(message).not.toContain('CNAME');
  }));
