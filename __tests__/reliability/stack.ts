import { randomUUID } from 'node:crypto';
import type { Sandbox } from '../../packages/sandbox/aws/sandbox';

/** An error that the function threw to Terraform. */
export class InvocationFailed extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = code;
  }
}

/**
 * What the engine does with one domain's stack, as far as the function can tell: which events it sends, in which
 * order, and what it remembers of those that failed. Thousands of applies need something faster than the engine; the
 * orders are the ones seen with the engine, and the tests in e2e/ hold the real one to them.
 */
export class StackModel {
  private attempt?: { readonly id: string; readonly triggers: string };
  private gate?: string;
  private signing?: string;
  private confirmation?: string;
  private readonly deposed: string[] = [];
  /** Everything that the function answered or threw, for the search for secrets. */
  readonly said: string[] = [];

  constructor(
    private readonly sandbox: Sandbox,
    readonly domain: string,
    private readonly settings: object,
  ) {}

  /** @throws InvocationFailed when the function failed; Error when the other resource had to. */
  async apply(selector: string, options: { otherFails?: boolean } = {}): Promise<void> {
    const triggers = await this.triggers(selector);
    if (this.attempt?.triggers !== triggers) this.attempt = { id: randomUUID(), triggers };
    const { id } = this.attempt;
    if (this.gate !== id) await this.create('DnsGate', selector);
    this.gate = id;
    if (this.signing !== id) {
      await this.create('Signing', selector);
      if (this.signing) this.deposed.push(this.signing);
      this.signing = id;
    }
    if (options.otherFails) throw new Error('the other resource failed');
    if (this.confirmation !== id) await this.create('Confirmation', selector);
    this.confirmation = id;
    while (this.deposed.length > 0) {
      await this.delete(this.deposed[0]!, selector);
      this.deposed.shift();
    }
  }

  /** The provider repeats an invocation whose answer it did not get. */
  async repeatSigning(selector: string): Promise<void> {
    await this.create('Signing', selector);
  }

  async destroy(selector: string): Promise<void> {
    await this.inspect(selector);
    for (;;) {
      const transaction = this.deposed[0] ?? this.signing;
      if (transaction === undefined) break;
      await this.delete(transaction, selector);
      if (this.deposed.length > 0) this.deposed.shift();
      else this.signing = undefined;
    }
    this.attempt = this.gate = this.confirmation = undefined;
  }

  /** Whether a plan would show nothing. */
  async isSettled(selector: string): Promise<boolean> {
    const { id, triggers } = this.attempt ?? {};
    const same = triggers === (await this.triggers(selector));
    return same && [this.gate, this.signing, this.confirmation].every((each) => each === id);
  }

  private async triggers(selector: string): Promise<string> {
    return `${selector} ${await this.inspect(selector)}`;
  }

  private async inspect(selector: string): Promise<string> {
    const answer = await this.invoke({
      resource: 'Inspection',
      domain: this.domain,
      selector,
      ...this.settings,
    });
    return answer.token;
  }

  private create(resource: string, selector: string): Promise<any> {
    const [, driftToken] = this.attempt!.triggers.split(' ');
    return this.invoke({
      resource,
      transaction: this.attempt!.id,
      domain: this.domain,
      selector,
      driftToken,
      ...this.settings,
      tf: { action: 'create', prev_input: null },
    });
  }

  private delete(transaction: string, selector: string): Promise<any> {
    const event = { resource: 'Signing', transaction, domain: this.domain, selector, ...this.settings };
    return this.invoke({ ...event, tf: { action: 'delete', prev_input: event } });
  }

  private async invoke(event: object): Promise<any> {
    const { FunctionError, Payload } = await this.sandbox.call('lambda', 'Invoke', {
      FunctionName: 'ses-byodkim',
      Payload: JSON.stringify(event),
    });
    const text = Buffer.from(Payload).toString('utf8');
    this.said.push(text);
    const answer = JSON.parse(text);
    if (FunctionError) throw new InvocationFailed(answer.errorType, answer.errorMessage);
    return answer;
  }
}
