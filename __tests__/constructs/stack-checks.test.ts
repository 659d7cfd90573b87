import { SesDomainDkim } from '@cdktf/provider-aws/lib/ses-domain-dkim';
import { Sesv2EmailIdentity } from '@cdktf/provider-aws/lib/sesv2-email-identity';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { ByodkimIdentity } from '../../constructs';
import { identityWith, props, synthesize } from './synth';

describe('a stack as a whole', () => {
  it('refuses two elements that would silently become one resource, and names both', () => {
    expect(() =>
      identityWith({}, (stack) => {
        new SnsTopic(stack, 'ex.com', { name: 'one' });
        new SnsTopic(stack, 'excom', { name: 'two' });
      }),
    ).toThrow(
      /example\.com\/ex\.com and example\.com\/excom would become one resource, aws_sns_topic\.excom/,
    );
  });

  it('distinguishes identities whose ids differ only in dots', () => {
    const { resource } = synthesize((stack) => {
      new ByodkimIdentity(stack, 'ex.com', props());
      new ByodkimIdentity(stack, 'excom', props({ domain: 'example.org' }));
    });
    expect(Object.keys(resource.aws_sesv2_email_identity!)).toHaveLength(2);
    expect(Object.keys(resource.aws_lambda_invocation!)).toHaveLength(8);
  });

  it('permits the same id for different types', () => {
    expect(() =>
      identityWith({}, (stack) => {
        new SnsTopic(stack, 'a.b', {});
        new Sesv2EmailIdentity(stack, 'ab', { emailIdentity: 'example.org' });
      }),
    ).not.toThrow();
  });

  it.each([
    [
      'an identity resource',
      (stack: any) => new Sesv2EmailIdentity(stack, 'Own', { emailIdentity: 'Example.com' }),
    ],
    [
      'Easy DKIM of the first SES API',
      (stack: any) => new SesDomainDkim(stack, 'Own', { domain: 'example.com' }),
    ],
  ])('refuses %s for a domain that is ours', (_, add) => {
    expect(() => identityWith({}, (stack) => void add(stack))).toThrow(
      /example\.com\/Own would set the DKIM signing of example\.com, which example\.com\/Mail\/Identity owns/,
    );
  });

  it('refuses two identities of one domain', () => {
    expect(() =>
      synthesize((stack) => {
        new ByodkimIdentity(stack, 'One', props());
        new ByodkimIdentity(stack, 'Two', props({ domain: 'EXAMPLE.com.' }));
      }),
    ).toThrow(
      /One\/Identity would set the DKIM signing of example\.com, which example\.com\/Two\/Identity owns/,
    );
  });
});
