import { Deployment, passed } from '../support/deployment';
import { Orders, type Point, points } from '../support/orders';

const labelOf = ({ scenario, invocation }: Point): string =>
  scenario.invocations[invocation - 1] ?? 'nothing';

/** BYODKIM_ORDERS=all takes minutes. Otherwise some of the points at which much depends on the order. */
const chosen =
  process.env.BYODKIM_ORDERS === 'all'
    ? points
    : points
        .filter((point) => /Signing|Confirmation/.test(labelOf(point)))
        .filter((_, index) => index % 6 === 0);

describe('the revert of an unconfirmed change, by the real engine', () => {
  let deployment: Deployment;
  let orders: Orders;

  beforeAll(async () => {
    // Whoever waits for a lease must not see it run out because its own time passes faster.
    deployment = await Deployment.start({ lambda: { sleep: { factor: 0.1 } } });
    await passed(deployment.deployControl());
    orders = new Orders(deployment);
  });
  afterAll(() => deployment.close());

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
