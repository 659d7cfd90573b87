import type { Sesv2EmailIdentity } from '@cdktf/provider-aws/lib/sesv2-email-identity';
import { Testing } from 'cdktf';
import { ByodkimIdentity } from '../../constructs';
import { identityWith, props, TestApp } from './synth';

const BLOCK = { domainSigningSelector: 's1' };
const REFUSED = /example\.com\/Mail\/Identity: dkim_signing_attributes was set on this identity/;

describe('the managed identity', () => {
  it('has no block of signing attributes', () => {
    expect(JSON.stringify(identityWith().resource.aws_sesv2_email_identity)).not.toContain('dkim_signing');
  });

  it('refuses the block as an override, whole or in part', () => {
    for (const path of ['dkim_signing_attributes', 'dkim_signing_attributes.0.domain_signing_selector'])
      expect(() =>
        identityWith({}, (_, { nodes }) => {
          (nodes.identity as Sesv2EmailIdentity).addOverride(path, 'x');
        }),
      ).toThrow(REFUSED);
  });

  it.each([
    ['path', (id: string) => [`resource.aws_sesv2_email_identity.${id}.dkim_signing_attributes`, []]],
    [
      'value',
      (id: string) => ['resource.aws_sesv2_email_identity', { [id]: { dkim_signing_attributes: [] } }],
    ],
  ] as const)('refuses the block in an override of the whole stack, by its %s', (_, override) => {
    expect(() =>
      identityWith({}, (stack, { nodes }) => {
        const [path, value] = override(nodes.identity.friendlyUniqueId);
        stack.addOverride(path as string, value);
      }),
    ).toThrow(/dkim_signing_attributes was set on Mail_Identity_\w+ by an override of the stack/);
  });

  it('refuses the block in an override that was made before the identity', () => {
    const app = new TestApp();
    try {
      const stack = app.stack();
      stack.addOverride('resource.aws_sesv2_email_identity.Own.dkim_signing_attributes', []);
      new ByodkimIdentity(stack, 'Mail', props());
      expect(() => Testing.synth(stack, true)).toThrow(/was set on Own by an override of the stack/);
    } finally {
      app.close();
    }
  });

  it('leaves other overrides of the stack to the user', () => {
    const { resource } = identityWith({}, (stack, { nodes }) =>
      stack.addOverride(`resource.aws_sesv2_email_identity.${nodes.identity.friendlyUniqueId}.tags.a`, 'b'),
    );
    expect(Object.values(resource.aws_sesv2_email_identity!)).toEqual([
      expect.objectContaining({ tags: expect.objectContaining({ a: 'b' }) }),
    ]);
  });

  it('takes over an existing identity, without an engine at synth', () => {
    const app = new TestApp();
    try {
      const stack = app.stack();
      new ByodkimIdentity(stack, 'Mail', props({ identity: 'import' }));
      new ByodkimIdentity(stack, 'Other', props({ domain: 'example.org', identity: 'import' }));
      new ByodkimIdentity(stack, 'Made', props({ domain: 'example.net' }));
      expect(JSON.parse(Testing.synth(stack, true)).import).toEqual([
        { id: 'example.com', to: expect.stringMatching(/^aws_sesv2_email_identity\.Mail_Identity_/) },
        { id: 'example.org', to: expect.stringMatching(/^aws_sesv2_email_identity\.Other_Identity_/) },
      ]);
      expect(Testing.synthHcl(stack)).toMatch(
        /import \{\s+to = aws_sesv2_email_identity\.\S+\s+id = "example\.com"/,
      );
    } finally {
      app.close();
    }
  });

  it('refuses the block in HCL output as well, and writes HCL without it', () => {
    const app = new TestApp();
    try {
      const stack = app.stack();
      const { nodes } = new ByodkimIdentity(stack, 'Mail', props());
      const hcl = Testing.synthHcl(stack);
      expect(hcl).toContain('email_identity');
      expect(hcl).toContain('triggers_replace');
      expect(hcl).not.toContain('dkim_signing_attributes');
      (nodes.identity as Sesv2EmailIdentity).putDkimSigningAttributes(BLOCK);
      expect(() => Testing.synthHcl(stack)).toThrow(REFUSED);
    } finally {
      app.close();
    }
  });
});
