import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, TerraformStack, Testing } from 'cdktf';
import { ByodkimIdentity, type ByodkimIdentityProps, type HandlerCode } from '../../constructs';

/** A rendered stack: resources and data sources by type and logical id. */
export interface Rendered {
  readonly resource: Record<string, Record<string, any>>;
  readonly data: Record<string, Record<string, any>>;
}

/** An app whose output folder goes away with the test file. */
export class TestApp {
  private readonly outdir = mkdtempSync(path.join(tmpdir(), 'byodkim-synth-'));
  readonly app = new App({ outdir: this.outdir });

  /** Code for a function, of the tests' own: the project's may be in the making. */
  get code(): HandlerCode {
    const file = path.join(this.outdir, 'handler.zip');
    writeFileSync(file, 'not a real zip');
    return { path: file, sha256Base64: createHash('sha256').update('not a real zip').digest('base64') };
  }

  stack(id = 'example.com'): TerraformStack {
    const stack = new TerraformStack(this.app, id);
    new AwsProvider(stack, 'aws', { region: 'ap-northeast-1' });
    return stack;
  }

  close(): void {
    rmSync(this.outdir, { recursive: true, force: true });
  }
}

/** Renders one stack as the engine gets it, validations included. */
export function render(stack: TerraformStack): Rendered {
  const { resource = {}, data = {} } = JSON.parse(Testing.synth(stack, true));
  return { resource, data };
}

/** Runs `build` on a stack of its own and renders it. */
export function synthesize(build: (stack: TerraformStack, code: HandlerCode) => void): Rendered {
  const app = new TestApp();
  try {
    const stack = app.stack();
    build(stack, app.code);
    return render(stack);
  } finally {
    app.close();
  }
}

/** A valid identity's props, with what a test changes. */
export const props = (changes: Partial<ByodkimIdentityProps> = {}): ByodkimIdentityProps => ({
  domain: 'example.com',
  selector: 's1',
  ...changes,
});

/** One identity in a stack of its own. */
export const identityWith = (
  changes: Partial<ByodkimIdentityProps> = {},
  extend: (stack: TerraformStack, identity: ByodkimIdentity) => void = () => {},
): Rendered => synthesize((stack) => extend(stack, new ByodkimIdentity(stack, 'Mail', props(changes))));

/** The resource of that type whose logical id holds `name`; there must be exactly one. */
export function only(rendered: Record<string, any> | undefined, name = ''): any {
  const found = Object.entries(rendered ?? {}).filter(([id]) => id.includes(name));
  expect(found.map(([id]) => id)).toHaveLength(1);
  return found[0]![1];
}

/** An invocation's input, parsed. */
export const inputOf = (invocation: { input: string }): any => JSON.parse(invocation.input);
