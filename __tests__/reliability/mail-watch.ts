import { ledgerObject } from '../../handlers/contract/contract';
import type { Sandbox } from '../../packages/sandbox/aws/sandbox';
import type { SchedulerService } from '../../packages/sandbox/aws/services/scheduler';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import type { TimelineEntry } from '../../packages/sandbox/aws/services/ses/identity';
import { aroundCall } from '../support/around-call';

/** Lambda repeats an event that failed after one and after two minutes. */
const REPEATED_MS = 5 * 60_000;

/**
 * The invariant of mail: at every moment a message that is sent now is signed by a published key; or SES looks anew for
 * what had signed before, and nothing can hasten that; or something is armed that ends the waiting. It is looked at after
 * each call that changes what SES has, what is armed or what the ledger says.
 */
export class MailWatch {
  private readonly found = new Map<string, Set<string>>();
  /** When each arming was fired last. */
  private readonly firedAt = new Map<number, number>();

  constructor(
    private readonly sandbox: Sandbox,
    private readonly ledgerOf: (domain: string) => Promise<string>,
  ) {
    const identity = ({ EmailIdentity }: any): string => EmailIdentity;
    this.after('ses', 'PutEmailIdentityDkimSigningAttributes', identity);
    this.after('ses', 'PutEmailIdentityDkimAttributes', identity);
    this.after('ses', 'GetEmailIdentity', identity);
    const scheduled = ({ Name }: any): string => /^byodkim-(.+)-[0-9a-f]{12}-/.exec(Name)?.[1] ?? '';
    this.after('scheduler', 'CreateSchedule', scheduled);
    this.after('scheduler', 'DeleteSchedule', scheduled);
    this.after('s3', 'PutObject', ({ Key }: any) => ledgerDomain(sandbox.region, Key));
    aroundCall(sandbox, 'lambda', 'Invoke', (run, { InvocationType, Payload }) => {
      if (InvocationType === 'Event') {
        const { arming } = JSON.parse(Buffer.from(Payload).toString('utf8'));
        this.firedAt.set(arming, sandbox.clock.now());
      }
      return run();
    });
  }

  /** From now on; what others have done before is theirs. */
  begin(domain: string): void {
    this.found.set(domain, new Set());
  }

  /** Empty: mail was never unsigned for nothing. */
  problems(domain: string): string[] {
    return [...(this.found.get(domain) ?? [])];
  }

  private after(service: string, operation: string, domainOf: (input: any) => string): void {
    aroundCall(this.sandbox, service, operation, async (run, input) => {
      const output = await run();
      await this.look(domainOf(input));
      return output;
    });
  }

  private async look(domain: string): Promise<void> {
    const found = this.found.get(domain);
    if (found === undefined) return;
    const timeline = this.sandbox.service<SesService>('ses').timeline(domain);
    const now = timeline.at(-1);
    if (now === undefined || isSigned(now)) return;
    const hasSigned = timeline.some(
      (entry) => isSigned(entry) && entry.origin === now.origin && entry.selector === now.selector,
    );
    if (hasSigned || (await this.isArmed(domain))) return;
    const { origin, selector, status } = now;
    found.add(`mail is unsigned, and nothing ends it: ${origin} ${selector} ${status}`);
  }

  private async isArmed(domain: string): Promise<boolean> {
    const ledger = await this.ledgerOf(domain);
    const arming = ledger === '' ? undefined : JSON.parse(ledger).open?.armed?.number;
    if (arming === undefined) return false;
    const firedAt = this.firedAt.get(arming) ?? Number.NEGATIVE_INFINITY;
    if (this.sandbox.clock.now() < firedAt + REPEATED_MS) return true;
    return this.sandbox
      .service<SchedulerService>('scheduler')
      .schedules()
      .some(({ Target }) => JSON.parse(Target.Input ?? '{}').arming === arming);
  }
}

const isSigned = ({ enabled, status }: TimelineEntry): boolean =>
  enabled && (status === 'SUCCESS' || status === 'TEMPORARY_FAILURE');

/** The domain whose ledger lies there; empty where none does. */
function ledgerDomain(region: string, key: string): string {
  const [before, after] = ledgerObject(region, ' ').split(' ') as [string, string];
  return key.startsWith(before) && key.endsWith(after) ? key.slice(before.length, -after.length) : '';
}
