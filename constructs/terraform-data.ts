import { type ITerraformDependable, TerraformResource, type TerraformResourceLifecycle } from 'cdktf';
import type { Construct } from 'constructs';

export interface TerraformDataConfig {
  /** Kept in the state; `output` gives it back. */
  readonly input?: unknown;
  /** A change of it replaces the resource. */
  readonly triggersReplace?: unknown;
  readonly lifecycle?: TerraformResourceLifecycle;
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * The engine's built-in `terraform_data`, through the generic resource: cdktf's own `DataResource` starts an engine at
 * synth to ask for its version.
 */
export class TerraformData extends TerraformResource {
  /** New at each replacement. Known after apply. */
  readonly id: string;
  private readonly values: Record<string, unknown>;

  constructor(
    scope: Construct,
    id: string,
    { input, triggersReplace, lifecycle, dependsOn }: TerraformDataConfig,
  ) {
    super(scope, id, { terraformResourceType: 'terraform_data', lifecycle, dependsOn });
    this.id = this.getStringAttribute('id');
    this.values = { input, triggers_replace: triggersReplace };
  }

  /** The input, as the state has it where a change of it is ignored. Known when the plan is made. */
  get input(): string {
    return this.getStringAttribute('input');
  }

  /** The input, once it is in the state. */
  get output(): string {
    return this.getStringAttribute('output');
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return this.values;
  }

  protected override synthesizeHclAttributes(): Record<string, unknown> {
    return Object.fromEntries(
      Object.entries(this.values).map(([name, value]) => [
        name,
        { value, isBlock: false, type: 'any', storageClassType: 'any' },
      ]),
    );
  }
}
