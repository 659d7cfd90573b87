import { readDmarc } from '../../../handlers/mail-domain/dmarc';
import { readSpf } from '../../../handlers/mail-domain/spf';
import recorded from './checkdmarc.json';
import { textsIn } from './texts-in';

/**
 * What checkdmarc says of records, recorded once (it is Python). Each case has the texts of a small DNS, the domain that is
 * asked for, and what checkdmarc answers; `differs` gives the reason where the RFC says otherwise.
 */
interface Case {
  readonly kind: string;
  readonly domain: string;
  readonly texts: Readonly<Record<string, readonly string[] | undefined>>;
  readonly checkdmarc: {
    readonly valid: boolean;
    readonly ses?: boolean;
    readonly location?: string;
    readonly tags?: Readonly<Record<string, string | undefined>>;
  };
  readonly differs?: string;
}

/** What a DMARC record comes to: the policy, and where it is. */
const theirs = ({ domain, checkdmarc: { valid, location, tags } }: Case): string => {
  const policy = location === domain ? tags?.p : (tags?.sp ?? tags?.p);
  return policy === undefined || !valid ? 'no policy' : `${policy} of ${location}`;
};

const ours = async ({ domain, texts }: Case): Promise<string> => {
  const { policy } = await readDmarc(domain, textsIn(texts));
  return policy ? `${policy.published} of ${policy.recordDomain}` : 'no policy';
};

describe(`compared with checkdmarc ${recorded.version}`, () => {
  const cases: readonly Case[] = recorded.cases;
  const dmarc = cases.filter(({ kind }) => kind !== 'spf');
  const spf = cases.filter(({ kind }) => kind === 'spf');

  it.each(dmarc.filter(({ differs }) => differs === undefined).map((each) => [show(each), each] as const))(
    'judges DMARC equally: %s',
    async (_, each) => expect(await ours(each)).toBe(theirs(each)),
  );

  it.each(dmarc.filter(({ differs }) => differs).map((each) => [show(each), each.differs, each] as const))(
    'judges DMARC differently: %s, since %s',
    async (_, __, each) => expect(await ours(each)).not.toBe(theirs(each)),
  );

  it('accepts no SPF record that checkdmarc refuses, except through checkdmarc’s own mistakes', () => {
    const compared = spf.filter(({ differs }) => differs === undefined);
    const taken = compared.filter(({ domain, texts }) => readSpf(texts[domain] ?? []).kind === 'passes');
    expect(taken.length).toBeGreaterThanOrEqual(5);
    expect(taken.filter(({ checkdmarc: { valid, ses } }) => !valid || !ses).map(show)).toEqual([]);
  });
});

function show({ domain, texts }: Case): string {
  return `${JSON.stringify(Object.values(texts)[0])} for ${domain}`;
}
