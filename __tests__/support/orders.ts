import type { LambdaService } from '../../packages/sandbox/aws/services/lambda';
import type { SchedulerService } from '../../packages/sandbox/aws/services/scheduler';
import type { EngineRun } from '../../packages/sandbox/engine/run-engine';
import { aroundCall } from './around-call';
import { type Deployment, FUNCTION, passed } from './deployment';
import { other, otherOf, whileOtherFails } from './failing-resource';

const CONVERGES_WITHIN = 2;
const CHANGES = 2;

export type SigningState = 'easy' | 's1' | 's2';

/** What a domain goes through after its first apply with s1. */
export interface Scenario {
  readonly name: string;
  readonly steps: readonly ('rotate' | 'rotate, other fails' | 'put back' | 'destroy')[];
  /** What SES has when every schedule has fired. */
  readonly ends: SigningState;
  /** What the engine invokes, in this order. */
  readonly invocations: readonly string[];
}

const begun = ['read Inspection', 'create DnsGate', 'create Signing'];
const ended = ['create Confirmation', 'delete Confirmation', 'delete Signing', 'delete DnsGate'];
const deletedTwice = [
  'delete Confirmation',
  'delete Signing',
  'delete Signing',
  'delete DnsGate',
  'delete DnsGate',
];

export const scenarios: readonly Scenario[] = [
  { name: 'rotation', steps: ['rotate'], ends: 's2', invocations: [...begun, ...ended] },
  { name: 'failed', steps: ['rotate, other fails'], ends: 's1', invocations: begun },
  {
    name: 'failed, retried',
    steps: ['rotate, other fails', 'rotate'],
    ends: 's2',
    invocations: [...begun, 'read Inspection', ...ended],
  },
  {
    name: 'failed, put back',
    steps: ['rotate, other fails', 'put back'],
    ends: 's1',
    invocations: [...begun, ...begun, 'create Confirmation', ...deletedTwice],
  },
  {
    name: 'failed, destroyed',
    steps: ['rotate, other fails', 'destroy'],
    ends: 'easy',
    invocations: [...begun, 'read Inspection', ...deletedTwice],
  },
];

export const points: readonly Point[] = scenarios.flatMap((scenario) => [
  { scenario, invocation: 0, how: 'after' as const },
  ...(['after', 'during'] as const).flatMap((how) =>
    scenario.invocations.map((_, index) => ({ scenario, invocation: index + 1, how })),
  ),
]);

/** When the schedule fires: when the n-th invocation has ended and before the engine hears of it, or while it runs. */
export interface Point {
  readonly scenario: Scenario;
  /** From 1; 0 for never. */
  readonly invocation: number;
  readonly how: 'after' | 'during';
}

export interface Outcome {
  /** What the engine invoked, e.g. `create Signing`. */
  readonly invocations: readonly string[];
  /** What the ledger says that happened, e.g. `reverted`. */
  readonly history: readonly string[];
  /** Empty: all is as it should be. */
  readonly broken: readonly string[];
}

/** Plays scenarios on domains of their own, by the real engine. */
export class Orders {
  private domains = 0;

  constructor(private readonly deployment: Deployment) {}

  async play({ scenario, invocation, how }: Point): Promise<Outcome> {
    const { deployment } = this;
    const domain = `d${this.domains++}.example.com`;
    const invocations: string[] = [];
    await deployment.ready(domain, 's1', 's2');
    await deployment.createIdentity(domain);
    await passed(this.apply(domain, 's1', '1'));

    const stop = aroundCall(
      deployment.sandbox,
      'lambda',
      'Invoke',
      async (run, { InvocationType, Payload }) => {
        const event = JSON.parse(Buffer.from(Payload).toString('utf8'));
        if (InvocationType === 'Event' || event.domain !== domain) return run();
        invocations.push(`${event.tf?.action ?? 'read'} ${event.resource}`);
        if (invocations.length !== invocation) return run();
        if (how === 'during') return (await Promise.all([run(), this.fire(domain)]))[0];
        const output = await run();
        await this.fire(domain);
        return output;
      },
    );
    const runs: EngineRun[] = [];
    for (const step of scenario.steps) runs.push(await this.take(domain, step));
    stop();
    const broken = await this.look(domain, scenario, how, runs);
    const { history } = await deployment.ledger(domain);
    return { invocations, broken, history: history.map(({ event }) => event) };
  }

  private take(domain: string, step: Scenario['steps'][number]): Promise<EngineRun> {
    switch (step) {
      case 'rotate':
        return this.apply(domain, 's2', '2');
      case 'rotate, other fails':
        // Of this domain alone: others may be played beside it.
        return whileOtherFails(this.deployment, () => this.apply(domain, 's2', '2'), {
          resourceIncludes: otherOf(domain),
        });
      case 'put back':
        return this.apply(domain, 's1', '1');
      case 'destroy':
        return this.deployment.destroy(domain, settings('s2'), other('2', otherOf(domain)));
    }
  }

  private apply(domain: string, selector: string, value: string): Promise<EngineRun> {
    return this.deployment.deploy(domain, settings(selector), other(value, otherOf(domain)));
  }

  private async look(
    domain: string,
    { steps, ends }: Scenario,
    how: Point['how'],
    runs: readonly EngineRun[],
  ): Promise<string[]> {
    const broken: string[] = [];
    const failures = runs.filter(
      ({ exitCode }, index) => exitCode !== Number(steps[index]!.endsWith('fails')),
    );
    // While the function works for the engine and for the schedule, one may be told to come back.
    if (how === 'after' || failures.some(({ output }) => !output.includes('CONCURRENT_UPDATE')))
      broken.push(
        ...failures.map(({ exitCode, output }) => `a run ended with ${exitCode}: ${output.slice(-800)}`),
      );
    await this.deployment.expire();
    const state = await this.state(domain);
    if (failures.length === 0 && state !== ends) broken.push(`SES had ${state} in the end, expected ${ends}`);
    if (ends === 'easy') {
      if (failures.length > 0) await passed(this.take(domain, 'destroy'));
    } else if (!(await this.converges(domain, steps.includes('put back') ? 's1' : 's2')))
      broken.push(`the plan was not empty after ${CONVERGES_WITHIN} more applies`);
    const wanted = ends === 'easy' ? 'easy' : steps.includes('put back') ? 's1' : 's2';
    if ((await this.state(domain)) !== wanted)
      broken.push(`SES has ${await this.state(domain)}, wanted ${wanted}`);
    broken.push(...this.deployment.armed(domain).map((name) => `schedule ${name} is left`));
    return broken;
  }

  private async converges(domain: string, selector: 's1' | 's2'): Promise<boolean> {
    const value = selector === 's1' ? '1' : '2';
    const plan = () => this.deployment.plan(domain, settings(selector), other(value, otherOf(domain)));
    for (let applies = 0; ; applies++) {
      const { exitCode, output } = await plan();
      if (exitCode === 0) return true;
      if (exitCode !== CHANGES) throw new Error(output);
      if (applies === CONVERGES_WITHIN) return false;
      await passed(this.apply(domain, selector, value));
    }
  }

  private async state(domain: string): Promise<SigningState | string> {
    const dkim = await this.deployment.dkim(domain);
    const { SigningAttributesOrigin: origin, SigningEnabled: enabled, Status: status, Tokens: tokens } = dkim;
    if (!enabled || status !== 'SUCCESS') return JSON.stringify(dkim);
    return origin === 'AWS_SES' ? 'easy' : tokens[0];
  }

  /** Fires the armed revert; where there is none, the last one that there was, as a late or repeated firing does. */
  private async fire(domain: string): Promise<void> {
    const { sandbox } = this.deployment;
    const made = sandbox.calls
      .filter(({ operation, resource }) => operation === 'CreateSchedule' && resource.includes(`-${domain}-`))
      .map(({ resource }) => resource.split('/').at(-1)!);
    const name = this.deployment.armed(`${domain}-`)[0] ?? made.at(-1);
    if (name === undefined) return;
    const { requestId } = await sandbox.service<SchedulerService>('scheduler').fire(name, FUNCTION);
    if (requestId) await sandbox.service<LambdaService>('lambda').settled(requestId);
  }
}

const settings = (selector: string) => ({ selector, identity: 'existing' });
