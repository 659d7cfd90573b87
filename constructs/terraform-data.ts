import { type ITerraformDependable, TerraformResource, type TerraformResourceLifecycle } from 'cdktf';
import type { Construct } from 'constructs';

export interface TerraformDataConfig {
  /** Value that the state keeps; `output` returns it. */
  readonly input?: unknown;
  /** Value whose change replaces the resource. */
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

  /** The input as it is in the state, if changes of it are ignored. It is known when the plan is made. */
  get input(): string {
    return this.getStringAttribute('input');
  }

  /** The input after it has reached the state. */
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
