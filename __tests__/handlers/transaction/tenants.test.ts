import { awsFailure, FAILURES, REGION } from '../../support/world';
import { apply, call, claim, destroy, fire, inTurn, remove, type Step, sign, tamper } from './steps';
import * as setup from './support';

const LIST_TENANTS = 'ses:ListResourceTenants';
const held = tamper({ tenants: ['acme', 'b'] });
const REFUSED = {
  kind: 'destroy',
  domain: setup.DOMAIN,
  region: REGION,
  tenants: ['acme', 'b'],
  arn: `arn:aws:ses:${REGION}:111122223333:identity/${setup.DOMAIN}`,
  hasMore: false,
};

/** The destroy of a stack that manages its identity, as Terraform sends it. */
const destroyManaged = ({ stack }: ReturnType<typeof setup.given>, id?: string) =>
  stack.destroy(id, { deletesIdentity: true });
const puts = ({ cloud }: ReturnType<typeof setup.given>) => cloud.calls.count(setup.SES_PUT);

describe('a destroy of a stack that deletes its identity', () => {
  test.each<[string, Step]>([
    ['in force', apply('t1', 's1')],
    ['not confirmed yet', sign('t1', 's1')],
  ])(
    'refuses before any rollback of a change that is %s, if a tenant holds the identity',
    async (_, change) => {
      const given = setup.given();
      await inTurn(claim(), change, held)(given);
      const [before, ledger] = [puts(given), setup.ledgerOf(given.cloud)];

      const failure = await setup.failure(destroyManaged(given));

      expect(failure.code).toBe('IDENTITY_HAS_TENANTS');
      expect(failure.message).toContain(
        `aws sesv2 delete-tenant-resource-association --region ${REGION} --tenant-name acme --resource-arn ${REFUSED.arn}`,
      );
      expect(puts(given)).toBe(before);
      expect(setup.signing(given.cloud)).toMatch('EXTERNAL s1 on');
      const { open, owner, inForce, deleted } = setup.ledgerOf(given.cloud);
      expect({ open, owner, inForce, deleted }).toMatchObject({
        open: ledger.open,
        owner: ledger.owner,
        inForce: ledger.inForce,
        deleted: [],
      });

      given.cloud.ses.tamper(setup.DOMAIN, { tenants: [] });
      expect(await destroyManaged(given)).toMatchObject({ reverted: true });
    },
  );

  test('waits a few seconds for an engine that deletes the association at the same time', async () => {
    const given = setup.given();
    await inTurn(claim(), apply('t1', 's1'), held)(given);
    const { cloud } = given;
    cloud.calls.watch = () => {
      if (cloud.calls.count(LIST_TENANTS) === 2) cloud.ses.tamper(setup.DOMAIN, { tenants: [] });
    };
    expect(await destroyManaged(given)).toMatchObject({ reverted: true });
    expect(cloud.calls.count(LIST_TENANTS)).toBe(3);
  });

  test('rolls back if no tenant holds it', async () => {
    const given = setup.given();
    await inTurn(claim(), apply('t1', 's1'))(given);
    expect(await destroyManaged(given)).toMatchObject({ reverted: true });
    expect(given.cloud.calls.count(LIST_TENANTS)).toBe(1);
  });

  test('leaves a replaced `Baseline` to be deleted', async () => {
    const given = setup.given();
    const newer = { stack: `${setup.STACK}.2` };
    await inTurn(claim(), apply('t1', 's1'), claim(newer.stack), sign('t1', 's1', newer), held)(given);
    expect(await destroyManaged(given)).toMatchObject({ reverted: false });
  });

  test.each([
    ['may not ask', FAILURES.denied()],
    ['has no such call', awsFailure('UnknownOperationException', '', 404)],
    ['refuses the request', awsFailure('BadRequestException', 'Not supported.', 400)],
  ])('rolls back and logs a warning where the function %s', async (_, error) => {
    const given = setup.given();
    await inTurn(claim(), apply('t1', 's1'))(given);
    given.cloud.calls.addFault({ action: LIST_TENANTS, error });
    expect(await destroyManaged(given)).toMatchObject({ reverted: true });
    expect(given.cloud.log).toContainEqual(
      expect.objectContaining({ level: 'warn', event: 'tenants-not-known' }),
    );
  });

  test.each([
    ['is throttled', FAILURES.throttled()],
    ['fails', FAILURES.internal()],
    ['does not answer', FAILURES.reset()],
  ])('fails, and rolls nothing back, if SES %s', async (_, error) => {
    const given = setup.given();
    await inTurn(claim(), apply('t1', 's1'))(given);
    given.cloud.calls.addFault({ action: LIST_TENANTS, error });
    const before = puts(given);
    expect((await setup.failure(destroyManaged(given))).code).toBe('DEPENDENCY_FAILED');
    expect(puts(given)).toBe(before);
    expect(await destroyManaged(given)).toMatchObject({ reverted: true });
  });
});

test('a destroy of a stack that keeps its identity, or may keep it, asks for no tenants', async () => {
  const given = setup.given();
  await inTurn(claim(), apply('t1', 's1'), held, destroy({ reverted: true }))(given);
  expect(given.cloud.calls.count(LIST_TENANTS)).toBe(0);
});

describe('a removal', () => {
  const made = tamper({ made: true });
  const refused = remove({
    statusCode: 409,
    error: 'IDENTITY_HAS_TENANTS',
    details: { ...REFUSED, kind: 'remove' },
  });

  test('refuses before any rollback, if a tenant holds the identity that it would delete', async () => {
    const given = setup.given();
    await inTurn(made, call('s1'), held)(given);
    const before = puts(given);
    await refused(given);
    expect(puts(given)).toBe(before);
    expect(setup.signing(given.cloud)).toMatch('EXTERNAL s1 on');

    await inTurn(tamper({ tenants: [] }), remove({ reverted: true, identity: 'deleted' }))(given);
  });

  test('refuses to delete an identity that was never set, if a tenant holds it', async () => {
    const given = setup.given();
    await inTurn(made, held, refused)(given);
    expect(given.cloud.ses.state(setup.DOMAIN)).not.toBeNull();
  });

  test('rolls back an identity that it keeps, whichever tenants hold it', async () => {
    const given = setup.given();
    await inTurn(call('s1'), held, remove({ reverted: true, identity: 'kept' }), fire)(given);
    expect(setup.signing(given.cloud)).toMatch('AWS_SES on');
  });

  test('rolls back and logs a warning if the function may not ask', async () => {
    const given = setup.given();
    await inTurn(made, call('s1'))(given);
    given.cloud.calls.addFault({ action: LIST_TENANTS, error: FAILURES.denied() });
    await remove({ reverted: true, identity: 'deleted' })(given);
    expect(given.cloud.log).toContainEqual(expect.objectContaining({ event: 'tenants-not-known' }));
  });
});
