import { useSandbox } from '../../../use-sandbox';

describe('SES tenants', () => {
  const sandbox = useSandbox({ sesRequestsPerSecond: Number.POSITIVE_INFINITY });
  const call = (operation: string, input: object = {}) => sandbox.call('ses', operation, input);
  const domain = 'a.example';
  const arnOf = (name = domain) => `arn:aws:ses:${sandbox.region}:${sandbox.accountId}:identity/${name}`;
  const of = (TenantName: string, ResourceArn = arnOf()) => ({ TenantName, ResourceArn });

  beforeEach(async () => {
    await call('CreateEmailIdentity', { EmailIdentity: domain });
    await call('CreateTenant', { TenantName: 'acme' });
  });

  it('keep their identity from being deleted, until the association is removed', async () => {
    await call('CreateTenantResourceAssociation', of('acme'));
    await expect(call('DeleteEmailIdentity', { EmailIdentity: domain })).rejects.toMatchObject({
      code: 'BadRequestException',
      message: `Cannot delete <${arnOf()}> because it has tenant associations. Remove all tenant associations and try again.`,
    });
    await call('DeleteTenantResourceAssociation', of('acme'));
    await call('DeleteTenantResourceAssociation', of('acme'));
    await call('DeleteEmailIdentity', { EmailIdentity: domain });
  });

  it('of an identity are listed page by page', async () => {
    await call('CreateTenant', { TenantName: 'b' });
    for (const tenant of ['b', 'acme']) await call('CreateTenantResourceAssociation', of(tenant));
    const list = (more = {}) => call('ListResourceTenants', { ResourceArn: arnOf(), ...more });
    const first = await list({ PageSize: 1 });
    expect(first.ResourceTenants).toEqual([
      {
        TenantName: 'acme',
        TenantId: expect.stringMatching(/^tn-/),
        ResourceArn: arnOf(),
        AssociatedTimestamp: expect.any(Date),
      },
    ]);
    const second = await list({ NextToken: first.NextToken });
    expect(second).toMatchObject({ ResourceTenants: [{ TenantName: 'b' }] });
    expect(second.NextToken).toBeUndefined();
  });

  it.each<[string, string, () => object, string]>([
    [
      'a second tenant of the same name',
      'CreateTenant',
      () => ({ TenantName: 'acme' }),
      'AlreadyExistsException',
    ],
    ['a name with a space', 'CreateTenant', () => ({ TenantName: 'a b' }), 'BadRequestException'],
    ['no name', 'CreateTenant', () => ({ TenantName: '' }), 'BadRequestException'],
    ['an unknown tenant', 'CreateTenantResourceAssociation', () => of('other'), 'NotFoundException'],
    [
      'an unknown identity',
      'CreateTenantResourceAssociation',
      () => of('acme', arnOf('other.example')),
      'NotFoundException',
    ],
    [
      'an identity of another region',
      'CreateTenantResourceAssociation',
      () => of('acme', arnOf().replace(sandbox.region, 'us-west-2')),
      'BadRequestException',
    ],
    ['no ARN', 'CreateTenantResourceAssociation', () => of('acme', 'identity'), 'BadRequestException'],
    [
      'an unknown identity',
      'ListResourceTenants',
      () => ({ ResourceArn: arnOf('b.example') }),
      'NotFoundException',
    ],
  ])('refuse %s in %s', async (_, operation, input, code) => {
    await expect(call(operation, input())).rejects.toMatchObject({ code });
  });
});
