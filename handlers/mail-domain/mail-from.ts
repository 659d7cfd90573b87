/** Proves that a MAIL FROM domain is ready: every server of its zone has SES's MX and SPF, and no other records. */
import { type MailFromOf, mailFromRecords } from '../contract/contract';
import type { GateSettings } from '../contract/settings/settings';
import type { ServerAnswer } from '../dns/answer';
import { type Failure, failureIn } from '../dns/conclude';
import { type GateWorld, untilReady } from '../dns/gate';
import { randomLabel, withoutWildcard } from '../dns/hints';
import type { LookUp, Lookup } from '../dns/lookup';
import { ByodkimError } from '../errors/errors';
import type { MailFromDetails, MailFromOutcome, MailFromReason, ServerVerdict } from '../words/gate';
import { readSpf } from './spf';
import type { DnsSettings } from './texts';

export interface MailFromRequest
  extends DnsSettings,
    Pick<GateSettings, 'strict' | 'waitSeconds'>,
    MailFromOf {
  readonly region: string;
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
  const judged = own.map((answer): ServerVerdict => {
    const { address, name: host, role, roundTripMs, ttlSeconds } = answer;
    return { address, name: host, role, roundTripMs, ttlSeconds, ...judgeAnswer(answer, value) };
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
  const otherRegions = otherRegionsIn(own, request);
  return conclude({ mailFromDomain: name, zone, records, servers, problem, otherRegions }, failure);
}

/** Matches SES's MX record of any region, which it captures. */
const SES_MX = /^\d+ feedback-smtp\.([a-z0-9-]+)\.amazonses\.com$/;

/** Returns the other regions whose MX records some server has, if all of its MX records are SES's; undefined if there are none. */
function otherRegionsIn(
  answers: readonly ServerAnswer[],
  { region: own }: MailFromRequest,
): readonly string[] | undefined {
  const ofSes = answers.filter(({ values }) => values.every((mx) => SES_MX.test(mx)));
  const regions = ofSes.flatMap(({ values }) => values.map((mx) => SES_MX.exec(mx)![1]!));
  const others = [...new Set(regions)].filter((region) => region !== own).sort();
  return others.length === 0 ? undefined : others;
}

const contents = ({ values, aliasTo, also = [] }: ServerAnswer): string =>
  JSON.stringify([aliasTo, ...[values, ...also.map((each) => each.values)].map((each) => [...each].sort())]);

/** Judges the answer of one server. */
function judgeAnswer(
  { aliasTo, also: [txt, ...addresses] = [], ...mx }: ServerAnswer,
  expectedMx: string,
): Judgement {
  if (aliasTo !== undefined) return invalid({ kind: 'alias-in-the-way', target: aliasTo });
  const problem = mx.problem ?? txt?.problem;
  if (problem) return { verdict: 'unreachable', why: { kind: 'no-answer', problem }, problem };
  const hosts = addresses.flatMap(({ values }) => values);
  if (hosts.length > 0) return invalid({ kind: 'host-in-the-way', addresses: hosts });
  const wrong = mx.values.length === 0 ? undefined : wrongMx(mx.values, expectedMx);
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
function wrongMx(values: readonly string[], expected: string): MailFromReason | undefined {
  const others = values.filter((value) => !SES_MX.test(value));
  if (others.length > 0) return { kind: 'other-mx', values: others };
  const isOurs = values.length === 1 && values[0] === expected;
  return isOurs ? undefined : { kind: 'wrong-mx', values, expected };
}

/** The code of each failure. With any other, it is unknown whether the records are published. */
const CODES: Readonly<Partial<Record<Failure['kind'], MailFromCode>>> = {
  late: 'MAIL_FROM_NOT_READY',
  invalid: 'MAIL_FROM_INVALID',
};
type MailFromCode = NonNullable<MailFromOutcome['code']>;

/** Adds the code. */
const conclude = (facts: MailFromDetails, failure: Failure | undefined): MailFromOutcome =>
  failure === undefined
    ? { ready: true, ...facts }
    : { ready: false, code: CODES[failure.kind] ?? 'DNS_LOOKUP_FAILED', ...facts };

/** Converts an outcome that is not ready to an error. */
export const mailFromError = ({
  ready: _,
  code = 'DNS_LOOKUP_FAILED',
  ...facts
}: MailFromOutcome): ByodkimError => new ByodkimError(code, facts);
