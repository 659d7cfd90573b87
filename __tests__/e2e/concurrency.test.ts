import type { EngineRun } from '../../packages/sandbox/engine/run-engine';
import { aroundCall } from '../support/around-call';
import { Deployment, passed } from '../support/deployment';
import type { Workplace } from '../support/workplace';

const easy = { SigningAttributesOrigin: 'AWS_SES', SigningEnabled: true };
const own = (selector: string) => ({
  SigningAttributesOrigin: 'EXTERNAL',
  SigningEnabled: true,
  Status: 'SUCCESS',
  Tokens: [selector],
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

  it('end with one change in force when they want different ones: the other waited, or is told', async () => {
    const domain = 'example.com';
    const selectors = ['s1', 's2'] as const;
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
});
