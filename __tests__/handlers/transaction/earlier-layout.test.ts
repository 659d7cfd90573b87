import { REGION } from '../../support/world';
import * as steps from './steps';
import { apply, failsWith, inTurn, type Step } from './steps';
import * as setup from './support';

/** What the provider sends of a stack as it was before `Baseline`, recorded: its deletes reached the function. */
const deleted = (resource: string, transaction: string) => {
  const input = {
    resource,
    transaction,
    domain: setup.DOMAIN,
    selector: 's1',
    region: REGION,
    rotation: { records: ['s1'], hostedZoneId: 'ZACC24E64D3EF439B692' },
    gate: { nameservers: ['127.0.0.1:40839'], resolvers: [] },
    mailFrom: { subdomain: 'bounce' },
    driftToken: 'untouched-57a184b460286023',
  };
  return { ...input, tf: { action: 'delete', prev_input: input } };
};
const deletes =
  (resource: string): Step =>
  async ({ cloud }) => {
    await cloud.invoke(deleted(resource, 't1'));
  };

describe('a stack with the layout from before `Baseline`', () => {
  it.each(['Confirmation', 'Signing', 'DnsGate', 'DkimKey', 'Whatever'])(
    'is neither upgraded nor destroyed: the delete of its %s is refused, and SES is unchanged',
    async (resource) => {
      await steps.expectEnd(
        inTurn(apply('t1', 's1'), failsWith(deletes(resource), 'NOT_ALLOWED')),
        'EXTERNAL s1 on',
      );
    },
  );
});
