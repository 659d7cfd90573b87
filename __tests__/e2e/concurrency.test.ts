import { ConnectionReset } from '../../packages/sandbox/aws/dispatch';
import type { EngineRun } from '../../packages/sandbox/engine/run-engine';
import { StackModel } from '../reliability/stack';
import { aroundCall } from '../support/around-call';
import { Deployment, passed } from '../support/deployment';
import { Orders, type Point, points, scenarios } from '../support/orders';
import type { Workplace } from '../support/workplace';

const PUT = 'PutEmailIdentityDkimSigningAttributes';
const easy = { SigningAttributesOrigin: 'AWS_SES', SigningEnabled: true };
const own = (selector: string) => ({
  SigningAttributesOrigin: 'EXTERNAL',
  SigningEnabled: true,
  Status: 'SUCCESS',
  Tokens: [selector],
});

const puts = ({ sandbox }: Deployment, domain: string): number =>
  sandbox.calls.filter(
    ({ operation, resource, outcome }) =>
      operation === PUT && resource.endsWith(`/${domain}`) && outcome === 'ok',
  ).length;

const labelOf = ({ scenario, invocation }: Point): string =>
  scenario.invocations[invocation - 1] ?? 'nothing';

/**
 * BYODKIM_ORDERS=all takes minutes. Otherwise one of each scenario's points at which much depends on the order, in another
 * place of each.
 */
const chosen =
  process.env.BYODKIM_ORDERS === 'all'
    ? points
    : scenarios.map((scenario, index) => {
        const its = points.filter(
          (point) => point.scenario === scenario && /Signing|Confirmation/.test(labelOf(point)),
        );
        return its[Math.floor((its.length * index) / scenarios.length)]!;
      });

let deployment: Deployment;

beforeAll(async () => {
  // Whoever waits for a lease must not see it run out because its own time passes faster.
  deployment = await Deployment.start({ lambda: { sleep: { factor: 0.1 } } });
  await passed(deployment.deployControl());
});
afterAll(() => deployment.close());

describe('two engines that apply one domain at once, each from its own folder', () => {
  let other: Workplace;
  beforeAll(() => {
    other = deployment.workplace();
  });

  /** Applies in both places; neither signs before the other is about to. */
  async function atOnce(domain: string, selectors: readonly [string, string]): Promise<readonly EngineRun[]> {
    let arrived = 0;
    let open = () => {};
    const bothAreThere = new Promise<void>((resolve) => {
      open = resolve;
    });
    const stop = aroundCall(deployment.sandbox, 'lambda', 'Invoke', async (run, { Payload }) => {
      const { resource, tf } = JSON.parse(Buffer.from(Payload).toString('utf8'));
      if (resource === 'Signing' && tf.action === 'create') {
        arrived += 1;
        if (arrived === 2) open();
        await bothAreThere;
      }
      return run();
    });
    return Promise.all(
      [deployment.first, other].map((place, index) =>
        place.deploy(domain, { selector: selectors[index], identity: 'existing' }),
      ),
    ).finally(stop);
  }

  it.each([
    ['the same', ['s1', 's1'] as const],
    ['different ones', ['s1', 's2'] as const],
  ])('end with one change in force when they want %s: the other waited, or is told', async (_, selectors) => {
    const domain = `${selectors.join('-')}.example.com`;
    await deployment.ready(domain, 's1', 's2');
    await deployment.createIdentity(domain);
    const runs = await atOnce(domain, selectors);
    for (const { exitCode, output } of runs)
      expect(exitCode === 0 ? 'passed' : output).toMatch(/^passed$|CONCURRENT_UPDATE/);
    expect(runs.map(({ exitCode }) => exitCode)).toContain(0);

    await deployment.expire();
    const { owner, open, lease, history } = await deployment.ledger(domain);
    expect({ open, lease }).toEqual({ open: null, lease: null });
    expect(await deployment.dkim(domain)).toMatchObject(own(owner!.wanted.selector));
    expect(deployment.armed(domain)).toEqual([]);
    if (selectors[0] === selectors[1]) expect(puts(deployment, domain)).toBe(1);

    // The record of whoever passed is not lost. The owner of the state plans nothing; the other's destroy leaves it.
    const places = [deployment.first, other];
    const states = places.map((place) => place.state(domain));
    for (const [index, state] of states.entries())
      if (runs[index]!.exitCode === 0)
        expect(history.filter(({ transaction }) => state.includes(transaction))).not.toEqual([]);
    const owning = states.findIndex((state) => state.includes(owner!.transaction));
    const settings = (index: number) => ({ selector: selectors[index], identity: 'existing' });
    await passed(places[owning]!.plan(domain, settings(owning)));
    await passed(places[1 - owning]!.destroy(domain, settings(1 - owning)));
    expect(await deployment.dkim(domain)).toMatchObject(own(owner!.wanted.selector));
    await passed(places[owning]!.destroy(domain, settings(owning)));
    expect(await deployment.dkim(domain)).toMatchObject(easy);
  });

  describe.each(['Signing', 'Confirmation'])('an invocation of %s whose answer is lost', (resource) => {
    it.each([
      ['after', 'it has ended'],
      ['before', 'it has ended, so that both run at once'],
    ])('is repeated by the provider %s %s, and nothing is done twice', async (when) => {
      const domain = `${resource.toLowerCase()}-${when}.example.com`;
      const LIST = { selector: 's1', identity: 'existing' };
      await deployment.ready(domain, 's1');
      await deployment.createIdentity(domain);
      let invocations = 0;
      const running: Promise<unknown>[] = [];
      const stop = aroundCall(deployment.sandbox, 'lambda', 'Invoke', async (run, { Payload }) => {
        const event = JSON.parse(Buffer.from(Payload).toString('utf8'));
        if (event.resource !== resource || event.tf.action !== 'create') return run();
        invocations += 1;
        if (invocations > 1) return run();
        running.push(run());
        if (when === 'after') await Promise.all(running);
        throw new ConnectionReset('resetAfter');
      });
      await passed(deployment.deploy(domain, LIST)).finally(stop);
      await Promise.all(running);
      expect(invocations).toBe(2);
      expect(puts(deployment, domain)).toBe(1);
      expect(deployment.armed(domain)).toEqual([]);
      expect(await deployment.dkim(domain)).toMatchObject(own('s1'));
      await passed(deployment.plan(domain, LIST));
    });
  });
});

describe('the revert of an unconfirmed change, by the real engine', () => {
  let orders: Orders;
  beforeAll(() => {
    orders = new Orders(deployment);
  });

  it.each(
    chosen.map((point) => {
      const { scenario, invocation, how } = point;
      return { point, title: `${scenario.name}: ${how} ${labelOf(point)} (${invocation})` };
    }),
  )('fires in $title, and SES and the plan end as they should', async ({ point }) => {
    const { scenario, invocation, how } = point;
    const { invocations, history, broken } = await orders.play(point);
    expect(broken).toEqual([]);
    if (invocation === 0) expect(invocations).toEqual(scenario.invocations);
    else expect(invocations[invocation - 1]).toBe(labelOf(point));
    // Right after signing it is the armed one that fires, not one that comes late.
    if (how === 'after' && labelOf(point) === 'create Signing') expect(history).toContain('reverted');
  });
});

/**
 * SES takes one request a second of the account. Waiting for real would take minutes, so the rate and the function's
 * sleeps are scaled together: a second of the function is 1/80 of a real one, and in each such second SES takes one.
 * Each domain has a process of the function; twenty of them are handlers/transaction/concurrency.test.ts's.
 */
describe('8 domains at once, where SES takes one request a second', () => {
  const SECOND = 1 / 80;
  const DOMAINS = Array.from({ length: 8 }, (_, index) => `d${index}.example.com`);
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await Deployment.start({
      sesRequestsPerSecond: 1 / SECOND,
      sesBurst: 1,
      lambda: { sleep: { factor: SECOND }, maxIdleEnvironments: DOMAINS.length },
    });
    await passed(deployment.deployControl());
  });
  afterAll(() => deployment.close());

  const unhurried = async <T>(call: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if ((error as Error).name !== 'TooManyRequestsException') throw error;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  };

  it('all converge, none fails', async () => {
    const { sandbox, dns } = deployment;
    for (const domain of DOMAINS) {
      await deployment.ready(domain, 's1');
      await unhurried(() => deployment.createIdentity(domain));
    }
    const from = sandbox.calls.length;
    const startedAt = sandbox.clock.now();
    const gate = { nameservers: [dns.address], resolvers: [] };
    const stacks = DOMAINS.map((domain) => new StackModel(sandbox, domain, { gate }));
    await Promise.all(stacks.map((stack) => stack.apply('s1')));

    const seconds = (sandbox.clock.now() - startedAt) / 1000 / SECOND;
    const ses = sandbox.calls.slice(from).filter(({ service }) => service === 'ses');
    const taken = ses.filter(({ outcome }) => outcome === 'ok').length;
    expect(taken).toBeLessThanOrEqual(seconds + 1);
    expect(taken).toBeGreaterThanOrEqual(DOMAINS.length * 4);
    expect(ses.filter(({ outcome }) => outcome === 'TooManyRequestsException')).not.toEqual([]);
    for (const domain of DOMAINS) {
      expect(await unhurried(() => deployment.dkim(domain))).toMatchObject(own('s1'));
      expect(puts(deployment, domain)).toBe(1);
    }
    expect(deployment.armed()).toEqual([]);
  });
});
