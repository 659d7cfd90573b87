import { recordName } from '../../../../handlers/contract/contract';
import { type FakeCloud, type TestKey, testKey } from '../../../support/world';
import { DOMAIN, removeKey, replaceKey } from '../support';

/** The keys that people keep in S3, and publish. */
export class HeldKeys {
  private readonly current = new Map<string, TestKey>();
  private readonly lost = new Set<string>();
  /** Whether a selector has had more than one key, so that SES may sign with an earlier one. */
  hasReplaced = false;
  /** Whether a key was lost or replaced, so that SES may not be set to an earlier state. */
  haveChanged = false;

  constructor(private readonly cloud: FakeCloud) {}

  publish(selector: string): void {
    this.cloud.dns.publish(recordName(DOMAIN, selector), this.of(selector).value);
  }

  lose(selector: string): void {
    this.haveChanged = true;
    removeKey(this.cloud, selector);
    this.lost.add(selector);
  }

  /** Overwrites a key, and publishes the record of the new one. */
  replace(selector: string): void {
    this.haveChanged = true;
    const isFirst = this.of(selector) === testKey(selector);
    this.current.set(selector, testKey(isFirst ? `${selector} replaced` : selector));
    replaceKey(this.cloud, selector, this.of(selector));
    this.lost.delete(selector);
    this.hasReplaced = true;
  }

  /** Puts lost keys back, from a copy that somebody has. */
  giveBack(): void {
    for (const selector of this.lost) this.cloud.giveKey(DOMAIN, selector, { key: this.of(selector) });
    this.lost.clear();
  }

  private of(selector: string): TestKey {
    return this.current.get(selector) ?? testKey(selector);
  }
}
