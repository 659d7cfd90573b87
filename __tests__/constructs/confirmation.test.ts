import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { Fn, TerraformHclModule, TerraformOutput } from 'cdktf';
import { ByodkimIdentity } from '../../constructs';
import { identityWith, only, props, synthesize } from './synth';

const waitsFor = (rendered: ReturnType<typeof identityWith>, name = 'Confirmation'): string[] =>
  only(rendered.resource.aws_lambda_invocation, name).depends_on;

describe('confirmation', () => {
  it('waits for resources that are added to the stack after the identity', () => {
    const rendered = identityWith({}, (stack) => {
      new SnsTopic(stack, 'Later', {});
      new TerraformHclModule(stack, 'Module', { source: 'somewhere/else' });
    });
    expect(waitsFor(rendered)).toEqual(expect.arrayContaining(['aws_sns_topic.Later', 'module.Module']));
  });

  it('waits for resources that an aspect or a nested construct adds, but not for outputs', () => {
    const rendered = identityWith({}, (stack, identity) => {
      new TerraformOutput(stack, 'Arn', { value: identity.identityArn });
      new SnsTopic(identity, 'Inside', {});
    });
    expect(waitsFor(rendered).join()).toMatch(/aws_sns_topic\.Mail_Inside/);
    expect(waitsFor(rendered).join()).not.toMatch(/Arn/);
  });

  it('does not wait for resources that wait for it, or for those that refer to these', () => {
    const rendered = identityWith({}, (stack, { nodes }) => {
      const after = new SnsTopic(stack, 'After', { dependsOn: [nodes.confirmation] });
      new SnsTopic(stack, 'AfterThat', { displayName: after.arn });
      new SnsTopic(stack, 'Reader', { displayName: nodes.confirmation.result });
      new SnsTopic(stack, 'Before', { displayName: nodes.signing.result });
    });
    const topics = waitsFor(rendered).filter((address) => address.startsWith('aws_sns_topic'));
    expect(topics).toEqual(['aws_sns_topic.Before']);
  });

  it('comes before users of verifiedIdentityArn, and does not wait for them or for those that refer to them', () => {
    const rendered = identityWith({ verification: { required: true } }, (stack, identity) => {
      const sender = new SnsTopic(stack, 'Sender', { displayName: `for ${identity.verifiedIdentityArn}` });
      new SnsTopic(stack, 'AfterThat', { displayName: Fn.upper(sender.arn) });
      new SnsTopic(stack, 'Before', { displayName: identity.identityArn });
    });
    expect(waitsFor(rendered).filter((address) => address.startsWith('aws_sns_topic'))).toEqual([
      'aws_sns_topic.Before',
    ]);
    expect(only(rendered.resource.aws_sns_topic, 'Sender').display_name).toMatch(
      /^for \$\{element\(\[aws_sesv2_email_identity\.Mail_Identity\w+\.arn, aws_lambda_invocation\.Mail_Confirmation\w+\.result\], 0\)\}$/,
    );
  });

  it('refuses verifiedIdentityArn if the stack may end before SES has verified', () => {
    expect(() => identityWith({}, (_, identity) => identity.verifiedIdentityArn)).toThrow(
      'Mail: verifiedIdentityArn needs verification: { required: true }',
    );
  });

  it('waits for the signing of other identities of the stack, never for their confirmation', () => {
    const rendered = synthesize((stack) => {
      new ByodkimIdentity(stack, 'One', props());
      new ByodkimIdentity(stack, 'Two', props({ domain: 'example.org' }));
    });
    for (const [mine, other] of [
      ['One_Confirmation', 'Two'],
      ['Two_Confirmation', 'One'],
    ] as const) {
      const all = waitsFor(rendered, mine).join();
      expect(all).toContain(`${other}_Signing`);
      expect(all).not.toContain('Confirmation');
    }
  });

  it('waits for signing and for the dependencies that it is given', () => {
    const rendered = identityWith({ confirmAfter: [] }, (stack) => {
      new SnsTopic(stack, 'Topic', {});
    });
    expect(waitsFor(rendered)).toEqual([expect.stringContaining('Mail_Signing')]);

    const told = synthesize((stack) => {
      const topic = new SnsTopic(stack, 'Topic', {});
      new SnsTopic(stack, 'Other', {});
      new ByodkimIdentity(stack, 'Mail', props({ confirmAfter: [topic] }));
    });
    expect(waitsFor(told)).toEqual([expect.stringContaining('Mail_Signing'), 'aws_sns_topic.Topic']);
  });
});
