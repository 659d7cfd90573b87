import { walkedNames } from '../../../handlers/mail-domain/dmarc';
import { findUnsignedMail } from '../../../handlers/mail-domain/unsigned-mail';
import { describeUnsigned } from '../../../handlers/words/unsigned-mail';
import { textsIn } from './texts-in';

const DOMAIN = 'example.com';
const BOUNCE = 'bounce.example.com';

const BULK = 'refused by Gmail and Outlook from bulk senders';
const SPF = 'v=spf1 include:amazonses.com ~all';

/** @param mailFrom a MAIL FROM domain that SES has verified */
const unsigned = (
  texts: Record<string, string | Error>,
  mailFrom?: string,
  domain = DOMAIN,
  status = 'SUCCESS',
) => {
  const lists = Object.entries<string | Error>({ [BOUNCE]: SPF, ...texts }).map(([name, text]) => [
    name,
    typeof text === 'string' ? [text] : text,
  ]);
  return findUnsignedMail(
    domain,
    async () => (mailFrom === undefined ? undefined : { domain: mailFrom, status }),
    textsIn(Object.fromEntries(lists)),
  );
};
const REJECT = { '_dmarc.example.com': 'v=DMARC1; p=reject' };
const SILENT = new Error('nobody answers');
const wordsOf = async (...args: Parameters<typeof unsigned>) =>
  describeUnsigned((await unsigned(...args)).why);

describe('the fate of unsigned mail', () => {
  it.each([
    ['v=DMARC1; p=none', `${BULK}: p=none and no aligned SPF`],
    ['v=DMARC1; p=quarantine', 'quarantined: p=quarantine and no aligned SPF'],
    ['v=DMARC1; p=reject', 'rejected: p=reject and no aligned SPF'],
    ['v=DMARC1; p=reject; t=y', 'quarantined: p=reject (lowered by t=y) and no aligned SPF'],
    // What is wrong in it is ignored, and the rest counts (§4.7).
    ['v=DMARC1; junk; P=Reject;; rua=mailto:a@example.com', 'rejected: p=reject and no aligned SPF'],
    ['v=DMARC1; p=reject; aspf=ü', 'rejected: p=reject and no aligned SPF'],
    ['v=DMARC1; p=reject; sp=block; rua=mailto:a@example.com', `${BULK}: no valid DMARC policy`],
    ['v=DMARC1 p=reject', `${BULK}: no valid DMARC policy`],
  ])('%s: %s', async (record, words) => {
    expect(await wordsOf({ '_dmarc.example.com': record })).toBe(words);
  });

  it('is to pass if SES has verified an aligned MAIL FROM domain, and its SPF is in DNS', async () => {
    expect(await unsigned(REJECT, BOUNCE)).toMatchObject({ outcome: 'passes', mailFrom: BOUNCE });
    expect(await wordsOf(REJECT, BOUNCE)).toBe('passes DMARC by SPF');
  });

  it.each([
    [{ [BOUNCE]: 'token=1' }, 'SUCCESS', 'the MAIL FROM domain has no SPF record'],
    [
      { [BOUNCE]: 'v=spf1 -all' },
      'SUCCESS',
      'the MAIL FROM domain has an SPF record that is not SES’s alone',
    ],
    [{}, 'PENDING', 'SES has not verified the MAIL FROM domain (PENDING)'],
    [
      { '_dmarc.example.com': 'v=DMARC1; p=reject; aspf=s' },
      'SUCCESS',
      'SPF of the MAIL FROM domain is not aligned (aspf=s)',
    ],
  ])('is rejection with %j and %s: %s', async (texts, status, words) => {
    const found = await unsigned({ ...REJECT, ...texts }, BOUNCE, DOMAIN, status);
    expect(describeUnsigned(found.why).startsWith(`rejected: p=reject and ${words}`)).toBe(true);
  });

  it.each<[string, Record<string, string | Error>]>([
    ['DMARC could not be read: nobody answers', { '_dmarc.example.com': SILENT }],
    [`SPF of ${BOUNCE} could not be read: nobody answers`, { ...REJECT, [BOUNCE]: SILENT }],
    // Whether the MAIL FROM domain is an organization of its own.
    [`SPF of ${BOUNCE} could not be read: nobody answers`, { ...REJECT, [`_dmarc.${BOUNCE}`]: SILENT }],
  ])('is unknown: %s', async (words, texts) => {
    const { outcome, why } = await unsigned(texts, BOUNCE);
    expect([outcome, describeUnsigned(why)]).toEqual(['unknown', `not known: ${words}`]);
  });

  it('is unknown if SES cannot be asked', async () => {
    const denied = async () => Promise.reject(new Error('access denied'));
    const texts = { '_dmarc.example.com': ['v=DMARC1; p=none'] };
    expect(describeUnsigned((await findUnsignedMail(DOMAIN, denied, textsIn(texts))).why)).toBe(
      'not known: the MAIL FROM domain in SES could not be read: access denied',
    );
  });
});

describe('the tree walk', () => {
  it('asks at most eight names, from the longest to the top level', () => {
    expect(walkedNames('mail.example.com')).toEqual(['mail.example.com', 'example.com', 'com']);
    const walked = walkedNames('a.b.c.d.e.f.g.h.i.example.com');
    expect(walked.map((name) => name.split('.').length)).toEqual([11, 7, 6, 5, 4, 3, 2, 1]);
    expect(walked[1]).toBe('e.f.g.h.i.example.com');
  });

  const TREE = {
    '_dmarc.example.com': 'v=DMARC1; p=reject; sp=quarantine; np=none',
  };

  it('finds the policy three levels up, and uses sp for an existing domain', async () => {
    expect(await wordsOf(TREE, undefined, 'mail.shop.example.com')).toBe(
      'quarantined: sp=quarantine of example.com and no aligned SPF',
    );
  });

  it('uses p otherwise, and never np, since a domain that SES signs for exists', async () => {
    const withP = { '_dmarc.example.com': 'v=DMARC1; p=quarantine; np=none' };
    expect(await wordsOf(withP, undefined, 'mail.example.com')).toMatch(
      /^quarantined: p=quarantine of example/,
    );
  });

  it.each(['y', 'n'])('ends at the name where it starts with psd=%s (§4.10)', async (psd) => {
    const texts = { ...REJECT, '_dmarc.bounce.example.com': `v=DMARC1; p=none; psd=${psd}` };
    expect(await wordsOf(texts, BOUNCE)).toBe(
      'rejected: p=reject and SPF of the MAIL FROM domain is not aligned',
    );
  });

  it('counts a record on the way only for its own domain if one further up is the organization’s', async () => {
    const texts = { ...TREE, '_dmarc.shop.example.com': 'v=DMARC1; p=none' };
    expect(await wordsOf(texts, undefined, 'mail.shop.example.com')).toMatch(/^quarantined: sp=/);
    expect(await wordsOf(texts, undefined, 'shop.example.com')).toBe(`${BULK}: p=none and no aligned SPF`);
    const ends = { ...TREE, '_dmarc.shop.example.com': 'v=DMARC1; p=none; psd=n' };
    expect(await wordsOf(ends, undefined, 'mail.shop.example.com')).toBe(
      `${BULK}: p=none of shop.example.com and no aligned SPF`,
    );
  });

  it('uses the public suffix’s policy if the organization has none', async () => {
    const texts = { '_dmarc.com': 'v=DMARC1; p=none; sp=reject; psd=y' };
    expect(await wordsOf(texts)).toMatch(/^rejected: sp=reject of com/);
    const own = { ...texts, '_dmarc.example.com': 'v=DMARC1; p=quarantine' };
    expect(await wordsOf(own, undefined, 'mail.example.com')).toMatch(
      /^quarantined: p=quarantine of example\.com/,
    );
    const suffix = { ...own, '_dmarc.example.com': 'v=DMARC1; p=reject; psd=y' };
    expect(await wordsOf(suffix, BOUNCE)).toMatch(
      /^rejected: .* SPF of the MAIL FROM domain is not aligned$/,
    );
    // Both under one organization, one label below the suffix.
    expect(await wordsOf(own, BOUNCE)).toBe('passes DMARC by SPF');
  });

  it('continues with its own record, whatever is unknown further up', async () => {
    expect((await unsigned({ ...REJECT, '_dmarc.com': SILENT })).outcome).toBe('rejected');
  });
});
