/**
 * Proves that a MAIL FROM domain is ready: every server of its zone has SES's MX and SPF, and no other records. The MX may be
 * that of another region that shares the name. AWS's guide allows this, and SES's answer decides: so with `onMxFailure:
 * reject` it must have said SUCCESS before.
 */
import { type MailFromOf, mailFromRecords, mxOf, regionsOfMailFrom } from '../contract/contract';
import type { GateSettings, MailFromSettings } from '../contract/settings/settings';
import type { ServerAnswer } from '../dns/answer';
import { type Failure, failureIn } from '../dns/conclude';
import { type GateWorld, untilReady } from '../dns/gate';
import { randomLabel, withoutWildcard } from '../dns/hints';
import type { LookUp, Lookup } from '../dns/lookup';
import { ByodkimError } from '../errors/errors';
import type { MailFromDetails, MailFromOutcome, MailFromReason, OtherMx, ServerVerdict } from '../words/gate';
import { readSpf } from './spf';
import type { DnsSettings } from './texts';

export interface MailFromRequest
  extends DnsSettings,
    Pick<GateSettings, 'strict' | 'waitSeconds'>,
    MailFromOf {
  readonly region: string;
  readonly mailFrom?: MailFromOf['mailFrom'] & Pick<MailFromSettings, 'onMxFailure'>;
  /** Checks whether SES has verified this MAIL FROM domain in the region. @default it has not */
  isVerified?(mailFromDomain: string): Promise<boolean>;
}

/** Asks until the MAIL FROM domain, which the request must have, is ready, for at most `waitSeconds`. Changes nothing. */
export const proveMailFrom = (
  lookUp: LookUp,
  request: MailFromRequest,
  world: GateWorld,
): Promise<MailFromOutcome> =>
  untilReady(request.waitSeconds ?? 0, world, () => checkOnce(lookUp, request, world));

async function checkOnce(
  lookUp: LookUp,
  request: MailFromRequest,
  world: GateWorld,
): Promise<MailFromOutcome> {
  const { domain, mode, nameservers, resolvers } = request;
  const records = mailFromRecords(request);
  const { name, value } = records[0]!;
  const ask = (asked: string): Promise<Lookup> =>
    lookUp({ name: asked, type: 'MX', also: ['TXT', 'A', 'AAAA'], mode, nameservers, resolvers }, world);
  const { servers: answers, hosts, limits, zone = domain, problem } = await ask(name);
  const own = answers.filter(({ askedFor }) => askedFor === undefined);
  const otherMx = otherMxIn(own, request);
  const isAccepted = otherMx !== undefined && (await mayHave(otherMx, request, name));
  const regions = isAccepted ? regionsOfMailFrom(request) : [request.region];
  const wanted: WantedMx = { value, accepted: regions.map(mxOf), otherMx };
  const judged = own.map((answer): ServerVerdict => {
    const { address, name: host, role, roundTripMs, ttlSeconds } = answer;
    const judgement = judgeAnswer(answer, wanted);
    return { address, name: host, role, roundTripMs, ttlSeconds, ...judgement };
  });
  // Answers of a wildcard do not count, since they end once the name has records.
  const isInvalid = judged.some(({ verdict }) => verdict === 'invalid');
  const sibling = randomLabel();
  const elsewhere = isInvalid ? (await ask(name.replace(/^[^.]+/, sibling))).servers : [];
  const servers = judged.map((server, at) => {
    const same = elsewhere.find(({ address, askedFor }) => address === server.address && !askedFor);
    const isWildcard = same !== undefined && contents(same) === contents(own[at]!);
    return server.verdict === 'invalid' && isWildcard ? withoutWildcard(server) : server;
  });
  const ownHosts = hosts.filter(({ askedFor }) => askedFor === undefined);
  const failure = failureIn({ request, servers, hosts: ownHosts, limits });
  const facts = { mailFromDomain: name, zone, records, servers, problem, mxRegions: mxRegionsIn(own) };
  return conclude({ ...facts, ...(failure && isAccepted ? {} : { otherMx }) }, failure);
}

/** The MX record that has to be published, and those that are accepted. */
interface WantedMx {
  readonly value: string;
  readonly accepted: readonly string[];
  readonly otherMx: OtherMx | undefined;
}

/** Returns the other region whose MX record is the only one at the name, on some server. */
function otherMxIn(answers: readonly ServerAnswer[], request: MailFromRequest): OtherMx | undefined {
  const { region: ofIdentity } = request;
  const regions = answers.flatMap(({ values }) => (values.length === 1 ? sesRegionOf(values[0]!) : []));
  const region = regions.find((each) => each !== ofIdentity);
  if (region === undefined) return undefined;
  return { region, ofIdentity, isShared: regionsOfMailFrom(request).includes(region) };
}

/** Returns the regions of SES whose MX records some server has, if there are several; otherwise undefined. */
function mxRegionsIn(answers: readonly ServerAnswer[]): readonly string[] | undefined {
  const ofSes = answers.filter(({ values }) => values.every((mx) => regionOfAnyPreference(mx).length > 0));
  const found = ofSes.map(({ values }) => [...new Set(values.flatMap(regionOfAnyPreference))].sort());
  return found.find((regions) => regions.length > 1);
}

const regionOfAnyPreference = (mx: string): string[] => sesRegionOf(mx.replace(/^\d+ /, '10 '));

const sesRegionOf = (mx: string): string[] =>
  [...mx.matchAll(/^10 feedback-smtp\.([a-z0-9-]+)\.amazonses\.com$/g)].map(([, region]) => region!);

/** Returns whether an identity may have the MX record of another region. A wrong guess must not end its mail. */
async function mayHave({ isShared }: OtherMx, request: MailFromRequest, name: string): Promise<boolean> {
  if (!isShared || request.mailFrom?.onMxFailure !== 'reject') return isShared;
  return (await request.isVerified?.(name)) === true;
}

const contents = ({ values, aliasTo, also = [] }: ServerAnswer): string =>
  JSON.stringify([aliasTo, ...[values, ...also.map((each) => each.values)].map((each) => [...each].sort())]);

/** Judges the answer of one server. */
function judgeAnswer(
  { aliasTo, also: [txt, ...addresses] = [], ...mx }: ServerAnswer,
  wanted: WantedMx,
): Judgement {
  if (aliasTo !== undefined) return invalid({ kind: 'alias-in-the-way', target: aliasTo });
  const problem = mx.problem ?? txt?.problem;
  if (problem) return { verdict: 'unreachable', why: { kind: 'no-answer', problem }, problem };
  const hosts = addresses.flatMap(({ values }) => values);
  if (hosts.length > 0) return invalid({ kind: 'host-in-the-way', addresses: hosts });
  const wrong = mx.values.length === 0 ? undefined : wrongMx(mx.values, wanted);
  if (wrong) return { ...invalid(wrong), value: list(mx.values) };
  const spf = readSpf(txt?.values ?? []);
  if (spf.kind === 'invalid') return invalid(spf.problem);
  if (mx.values.length === 0)
    return { verdict: 'missing', why: { kind: spf.kind === 'none' ? 'no-mx-and-spf' : 'no-mx' } };
  if (spf.kind === 'none') return { verdict: 'missing', why: spf.problem };
  return { verdict: 'ready', why: { kind: 'has-mail-from' } };
}

type Judgement = Pick<ServerVerdict, 'verdict' | 'why' | 'problem' | 'value'>;

const invalid = (why: MailFromReason): Judgement => ({ verdict: 'invalid', why });

const list = (values: readonly string[]): string => values.slice(0, 4).join(', ');

/** Returns the reason why the MX records are not SES's one. */
function wrongMx(
  values: readonly string[],
  { value: expected, accepted, otherMx }: WantedMx,
): MailFromReason | undefined {
  const others = values.filter((value) => !/^\d+ feedback-smtp\.[a-z0-9-]+\.amazonses\.com$/.test(value));
  if (others.length > 0) return { kind: 'other-mx', values: others };
  const [only = '', ...more] = values;
  if (more.length > 0) return { kind: 'wrong-mx', values, expected };
  if (accepted.includes(only)) return undefined;
  return otherMx?.isShared ? { kind: 'unverified-mx', value: only } : { kind: 'wrong-mx', values, expected };
}

/** The code of each failure. With any other, it is unknown whether the records are published. */
const CODES: Readonly<Partial<Record<Failure['kind'], MailFromCode>>> = {
  late: 'MAIL_FROM_NOT_READY',
  invalid: 'MAIL_FROM_INVALID',
};
type MailFromCode = NonNullable<MailFromOutcome['code']>;

/** Adds the code, and the warning about records that are ready. */
function conclude(facts: MailFromDetails, failure: Failure | undefined): MailFromOutcome {
  if (failure !== undefined)
    return { ready: false, code: CODES[failure.kind] ?? 'DNS_LOOKUP_FAILED', warnings: [], ...facts };
  const { mailFromDomain, otherMx } = facts;
  const warnings = otherMx ? [{ kind: 'mx-of-other-region', mailFromDomain, otherMx } as const] : [];
  return { ready: true, warnings, ...facts };
}

/** Converts an outcome that is not ready to an error. */
export const mailFromError = ({
  ready: _,
  code = 'DNS_LOOKUP_FAILED',
  warnings: __,
  ...facts
}: MailFromOutcome): ByodkimError => new ByodkimError(code, facts);
