import { recordName } from '../../../../handlers/contract/contract';
import { type FakeCloud, type TestKey, testKey } from '../../../support/world';
import { DOMAIN, removeKey, replaceKey } from '../support';

/** The keys that people keep in S3, and publish. */
export class HeldKeys {
  private readonly current = new Map<string, TestKey>();
  private readonly lost = new Set<string>();
  /** Selectors that have had more than one key: SES may sign with an earlier one. */
  private readonly replaced = new Set<string>();

  constructor(private readonly cloud: FakeCloud) {}

  publish(selector: string): void {
    this.cloud.dns.publish(recordName(DOMAIN, selector), this.of(selector).value);
  }

  lose(selector: string): void {
    removeKey(this.cloud, selector);
    this.lost.add(selector);
  }

  /** Overwrites a key, and publishes the record of the new one. */
  replace(selector: string): void {
    const isFirst = this.of(selector) === testKey(selector);
    this.current.set(selector, testKey(isFirst ? `${selector} replaced` : selector));
    replaceKey(this.cloud, selector, this.of(selector));
    this.lost.delete(selector);
    this.replaced.add(selector);
  }

  /** Whether any selector has had more than one key. */
  get hasReplaced(): boolean {
    return this.replaced.size > 0;
  }

  /** Whether SES may not be set to a selector again: its key is lost, or was replaced. */
  hasChanged(selector: string): boolean {
    return this.lost.has(selector) || this.wasReplaced(selector);
  }

  /** Whether a selector has had more than one key. */
  wasReplaced(selector: string | undefined): boolean {
    return selector !== undefined && this.replaced.has(selector);
  }

  /** Puts lost keys back, from a copy that somebody has. */
  giveBack(): void {
    for (const selector of this.lost)
      this.cloud.giveKey(DOMAIN, selector, { key: this.of(selector), isDescribed: true });
    this.lost.clear();
  }

  private of(selector: string): TestKey {
    return this.current.get(selector) ?? testKey(selector);
  }
}
