/** The proof that a MAIL FROM domain is ready: every server of its zone has SES's MX, SPF, and nothing else of its own. */
import { randomBytes } from 'node:crypto';
import { type GateSettings, type MailFromRecord, mailFromRecords } from '../contract';
import { type Failure, failureIn } from '../dns/conclusion';
import type { GateWorld } from '../dns/gate';
import type { Lookup, ServerAnswer } from '../dns/lookup';
import type { ServerVerdict } from '../dns/outcome';
import { byReason } from '../dns/wording';
import { ByodkimError } from '../errors';
import type { MailFromOutcome } from './outcome';
import { readSpf } from './spf';
import { type DnsSettings, type FindTexts, findTexts, type LookUp } from './texts';

export interface MailFromRequest extends DnsSettings, Pick<GateSettings, 'strict' | 'waitSeconds'> {
  /** In A-labels. */
  readonly domain: string;
  readonly region: string;
  readonly subdomain: string;
}

const PAUSE_MS = 5_000;
/** A round that is cut short knows less than the one before it. */
const ROUND_MS = 4_000;

/** Asks until the MAIL FROM domain is ready, for `waitSeconds` at most. Changes nothing. */
export async function proveMailFrom(
  lookUp: LookUp,
  request: MailFromRequest,
  world: GateWorld,
): Promise<MailFromOutcome> {
  const { clock, signal } = world;
  const until = clock.now() + (request.waitSeconds ?? 0) * 1000;
  for (;;) {
    const outcome = await checkOnce(lookUp, request, world);
    const leftMs = Math.min(until - clock.now(), world.remainingMs() - ROUND_MS);
    if (outcome.ready || leftMs <= 0) return outcome;
    await clock.sleep(Math.min(PAUSE_MS, leftMs), signal);
  }
}

/** What one server answered for each of `TYPES`. */
type Answers = readonly (ServerAnswer | undefined)[];

const TYPES = ['MX', 'TXT', 'A', 'AAAA'] as const;

type Judgement = Pick<ServerVerdict, 'verdict' | 'reason' | 'problem' | 'value'>;

async function checkOnce(
  lookUp: LookUp,
  request: MailFromRequest,
  world: GateWorld,
): Promise<MailFromOutcome> {
  const { domain, region, subdomain, mode, nameservers, resolvers, strict = false } = request;
  const records = mailFromRecords(domain, region, subdomain);
  const name = `${subdomain}.${domain}`;
  const ask = (asked: string): Promise<readonly Lookup[]> =>
    Promise.all(TYPES.map((type) => lookUp({ name: asked, type, mode, nameservers, resolvers }, world)));
  const lookups = await ask(name);
  const [mx] = lookups as [Lookup];
  const find = findTexts(lookUp, request, world);
  const judged = await Promise.all(
    mx.servers
      .filter(({ askedFor }) => askedFor === undefined)
      .map(async ({ address, name: host, role, roundTripMs, ttlSeconds }): Promise<ServerVerdict> => {
        const judgement = await judge(answersOf(lookups, address), records[0]!.value, find);
        return { address, name: host, role, roundTripMs, ttlSeconds, ...judgement };
      }),
  );
  const servers = judged.some(({ verdict }) => verdict === 'invalid')
    ? withoutWildcards(judged, lookups, await ask(name.replace(/^[^.]+/, randomLabel(world))))
    : judged;
  const failure = failureIn({
    mode,
    strict,
    servers,
    hosts: mx.hosts.filter(({ askedFor }) => askedFor === undefined),
    limits: [...new Set(lookups.flatMap(({ limits }) => limits))],
    resolversGiven: resolvers !== undefined,
  });
  const outcome = { ready: failure === undefined, mailFromDomain: name, records, servers };
  return { ...outcome, ...inWords(outcome, failure, mx.zone ?? domain, mx.problem) };
}

const answersOf = (lookups: readonly Lookup[], address: string): Answers =>
  lookups.map(({ servers }) =>
    servers.find((each) => each.address === address && each.askedFor === undefined),
  );

const randomLabel = ({ randomLabel: label }: GateWorld): string =>
  label?.() ?? `x${randomBytes(8).toString('hex')}`;

/** A wildcard's answers are not the name's: they go away when its records come. */
function withoutWildcards(
  judged: readonly ServerVerdict[],
  lookups: readonly Lookup[],
  elsewhere: readonly Lookup[],
): readonly ServerVerdict[] {
  const contents = (answers: Answers): string =>
    JSON.stringify(answers.map((answer) => answer && [[...answer.values].sort(), answer.aliasTo]));
  return judged.map((server) => {
    const { address, verdict } = server;
    const isWildcard = contents(answersOf(lookups, address)) === contents(answersOf(elsewhere, address));
    return verdict === 'invalid' && isWildcard
      ? {
          ...server,
          verdict: 'missing',
          reason: 'has no record at the name, only a wildcard that answers for it',
        }
      : server;
  });
}

/** Judges what one server has. Reasons continue a sentence that begins with "the server". */
async function judge(
  [mx, txt, ...addresses]: Answers,
  expected: string,
  find: FindTexts,
): Promise<Judgement> {
  const aliasTo = mx?.aliasTo ?? txt?.aliasTo;
  if (aliasTo !== undefined)
    return invalid(`has an alias of ${aliasTo} there, which would be lost: the name must be SES's alone`);
  const problem = mx?.problem ?? txt?.problem;
  if (!mx || !txt || problem)
    return {
      verdict: 'unreachable',
      reason: mx?.reason ?? txt?.reason ?? 'was not asked for all types',
      problem,
    };
  const hosts = addresses.flatMap((answer) => answer?.values ?? []);
  if (hosts.length > 0)
    return invalid(
      `has a host there (${list(hosts)}), which would get no mail any more: the name must be SES's alone`,
    );
  const wrong = mx.values.length === 0 ? undefined : wrongMx(mx.values, expected);
  if (wrong) return { ...invalid(wrong), value: list(mx.values) };
  const spf = await readSpf(txt.values, find);
  if (spf.kind === 'invalid') return invalid(spf.problem);
  if (mx.values.length === 0)
    return {
      verdict: 'missing',
      reason: `has no MX record at the name${spf.kind === 'none' ? ', and no SPF' : ''}`,
    };
  if (spf.kind === 'none') return { verdict: 'missing', reason: 'has no SPF record at the name' };
  if (spf.kind === 'unknown')
    return { verdict: 'unreachable', reason: `has the records, but ${spf.problem}` };
  return { verdict: 'ready', reason: 'has both records' };
}

const invalid = (reason: string): Judgement => ({ verdict: 'invalid', reason });

const list = (values: readonly string[]): string => values.slice(0, 4).join(', ');

/** Why MX records are not SES's one. */
function wrongMx(values: readonly string[], expected: string): string | undefined {
  const others = values.filter((value) => !/^\d+ feedback-smtp\.[a-z0-9-]+\.amazonses\.com$/.test(value));
  if (others.length > 0)
    return `sends mail of the name elsewhere (MX ${list(others)}), and that mail would be lost: SES takes no other MX beside its own`;
  if (values.length > 1)
    return `has ${values.length} MX records (${list(values)}), and SES takes exactly one`;
  const [found] = values;
  if (found === expected) return undefined;
  return found!.split(' ')[1] === expected.split(' ')[1]
    ? `has the MX record with another preference: expected ${expected}, found ${found}`
    : `has the MX record of another region: expected ${expected}, found ${found}`;
}

function inWords(
  { mailFromDomain: name, records, servers }: Pick<MailFromOutcome, 'mailFromDomain' | 'records' | 'servers'>,
  failure: Failure | undefined,
  zone: string,
  problem = 'no server was asked',
): Pick<MailFromOutcome, 'code' | 'message' | 'advice'> {
  const count = `${servers.length} of ${servers.length} servers`;
  if (failure === undefined)
    return { message: `The MAIL FROM domain ${name} has its MX and SPF records on ${count}.` };
  const others = servers.filter(({ verdict }) => verdict !== 'ready');
  const found = `${byReason(others) || problem}. SES has not been changed.`;
  const [mx, spf] = records as [MailFromRecord, MailFromRecord];
  const both = `${name}. IN MX ${mx.value}. and ${name}. IN TXT "${spf.value}"`;
  const dnsTeam = `Whoever runs the DNS of ${zone}`;
  if (failure.kind === 'late')
    return {
      code: 'MAIL_FROM_NOT_READY',
      message: `The MAIL FROM domain ${name} is not ready: ${found}`,
      advice: `${dnsTeam} publishes on every one of these servers: ${both}; then apply again.`,
    };
  if (failure.kind === 'invalid')
    return {
      code: 'MAIL_FROM_INVALID',
      message: `The MAIL FROM domain ${name} cannot be used, and waiting does not help: ${found}`,
      advice: `${dnsTeam} leaves there only ${both}; or name another sub-domain in mailFrom.subdomain, which nothing else uses.`,
    };
  return {
    code: 'DNS_LOOKUP_FAILED',
    message: `Whether the MAIL FROM domain ${name} is ready is unknown: ${found}`,
    advice: `${dnsTeam} gets these servers to answer; then apply again.`,
  };
}

/** Makes an error of an outcome that is not ready. */
export function mailFromError({
  code = 'DNS_LOOKUP_FAILED',
  message: what,
  advice,
  ...outcome
}: MailFromOutcome): ByodkimError {
  const { mailFromDomain, records, servers } = outcome;
  return new ByodkimError(code, { what, advice, details: { mailFromDomain, records, servers } });
}
