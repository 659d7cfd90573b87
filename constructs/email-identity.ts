import { Sesv2EmailIdentity } from '@cdktf/provider-aws/lib/sesv2-email-identity';
import { refusalError } from './refusal';

export const FORBIDDEN_BLOCK = 'dkim_signing_attributes';

/**
 * An email identity whose signing state Terraform does not touch.
 *
 * The provider's block `dkim_signing_attributes` is optional and computed: if it is left out, BYODKIM that was set elsewhere
 * causes no difference. Any difference inside it sends origin AWS_SES and silently undoes BYODKIM, and the private key would
 * be in the state. So the block is refused, however it was added.
 */
export class SigningFreeEmailIdentity extends Sesv2EmailIdentity {
  /**
   * Imports the existing identity of this name. Does not use cdktf's `importFrom`, which starts an engine at synth to ask for
   * its version.
   */
  takesOver?: string;

  override toTerraform(): Record<string, unknown> {
    const rendered = this.refuseBlockIn(super.toTerraform());
    return this.takesOver === undefined
      ? rendered
      : { ...rendered, import: [{ to: this.address, id: this.takesOver }] };
  }

  override toHclTerraform(): Record<string, unknown> {
    const rendered = this.refuseBlockIn(super.toHclTerraform());
    if (this.takesOver === undefined) return rendered;
    const to = { value: this.address, type: 'simple', storageClassType: 'reference' };
    const id = { value: this.takesOver, type: 'simple', storageClassType: 'string' };
    return { ...rendered, import: [{ to, id }] };
  }

  private get address(): string {
    return `${this.terraformResourceType}.${this.friendlyUniqueId}`;
  }

  private refuseBlockIn<T extends { resource?: Record<string, Record<string, Record<string, unknown>>> }>(
    rendered: T,
  ): T {
    const attributes = rendered.resource?.[this.terraformResourceType]?.[this.friendlyUniqueId];
    if (isAbsent(attributes?.[FORBIDDEN_BLOCK])) return rendered;
    const facts = { element: this.node.path, by: 'resource' } as const;
    throw refusalError([{ code: 'BLOCK_FORBIDDEN', facts }]);
  }
}

/** Checks whether a value is unset; HCL output wraps each with its type. */
const isAbsent = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === 'object' && 'value' in value && (value.value === undefined || value.value === null));
