import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { ByodkimControlPlane, ByodkimIdentity } from '../../constructs';
import { only, props, type Rendered, synthesize } from './synth';

const statementsOf = ({ resource }: Rendered, name: string): any[] =>
  JSON.parse(
    only(resource.aws_iam_role_policy, name).policy.replace(/\$\{.*?\}/g, (text: string) =>
      text.replaceAll('"', "'"),
    ),
  ).Statement;

describe('a control plane that is granted', () => {
  const granted = (): Rendered =>
    synthesize((stack, code) => {
      const controlPlane = new ByodkimControlPlane(stack, 'Byodkim', {
        code,
        region: 'us-east-1',
        bucket: { name: 'acme-keys' },
      });
      controlPlane.grantInvoke('deployer');
      controlPlane.grantRead(new IamRole(stack, 'Reviewer', { assumeRolePolicy: '{}' }));
      controlPlane.grantPutKey('owner');
    });

  it('lets a role call all of the function, by every name that Terraform uses', () => {
    const [{ Action, Resource }] = statementsOf(granted(), 'Invoke-deployer');
    expect(Action).toEqual(['lambda:InvokeFunction']);
    const names = Resource.map((arn: string) => arn.slice(arn.indexOf(':function:')));
    expect(names).toEqual(expect.arrayContaining([':function:ses-byodkim', ':function:ses-byodkim:$LATEST']));
  });

  it('lets a role look and change nothing', () => {
    const statements = statementsOf(granted(), 'Read-Reviewer');
    expect(statements.flatMap(({ Action }) => Action)).toEqual(['lambda:InvokeFunction']);
    expect(statements[0].Resource.map((arn: string) => arn.split(':').at(-1))).toEqual(['read']);
  });

  it('lets a role put keys and read none', () => {
    const statements = statementsOf(granted(), 'PutKey-owner');
    expect(statements.flatMap(({ Action }) => Action)).toEqual(['s3:PutObject']);
    expect(JSON.stringify(statements)).not.toContain('byodkim-ledger');
  });
});

describe('a control plane that is found by its function', () => {
  it('grants, is watched, and serves a domain, with nothing made of it', () => {
    const rendered = synthesize((stack) => {
      const found = ByodkimControlPlane.fromFunctionName(stack, 'Byodkim', 'signer', {
        keyStoreBucket: 'keys',
      });
      found.grantPutKey('owner');
      found.grantInvoke('deployer');
      expect(found.metricErrors().dimensions).toEqual({ FunctionName: 'signer' });
      expect(found.metricSchedulesDropped().dimensions).toEqual({ ScheduleGroup: 'signer' });
      expect(found.metricDomainsNeedingAttention().metricName).toBe('DomainsNeedingAttention');
      new ByodkimIdentity(stack, 'Mail', props({ controlPlane: found }));
    });
    expect(Object.keys(rendered.resource)).not.toContain('aws_lambda_function');
    expect(only(rendered.resource.aws_lambda_invocation, 'Signing').function_name).toBe('signer');
    expect(JSON.stringify(statementsOf(rendered, 'PutKey-owner'))).toContain('arn:aws:s3:::keys/');
    expect(only(rendered.data.aws_caller_identity)).toBeDefined();
  });

  it('refuses to grant the bucket that it does not know', () => {
    expect(() =>
      synthesize((stack) => {
        ByodkimControlPlane.fromFunctionName(stack, 'Byodkim', 'signer').grantPutKey('owner');
      }),
    ).toThrow(/Byodkim: the bucket of this control plane is not known\. Give keyStoreBucket/);
  });
});
