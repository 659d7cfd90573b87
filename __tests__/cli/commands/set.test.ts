import type { CliWorld } from '../../../cli/world/world';
import { identitiesWithAwsErrors } from '../../../handlers/aws/with-aws-errors';
import { recordName } from '../../../handlers/contract/contract';
import { FakeCloud, REGION, testKey } from '../../support/world';
import { Invocation } from '../../support/world/invocation';
import { byodkim, files } from '../support/terminal';

const DOMAIN = 'example.com';
const LONG_SECONDS = 1_000_000;

/** A person with a key, whose record is published, and with access to SES. */
class Person {
  readonly cloud = new FakeCloud();
  readonly key = testKey('s1');
  readonly interrupt = new AbortController();

  constructor() {
    this.cloud.dns.publish(recordName(DOMAIN, 's1'), this.key.value);
  }

  set(...more: string[]) {
    const { cloud, key } = this;
    const invocation = new Invocation(cloud.clock, 1, LONG_SECONDS);
    const world: Partial<CliWorld> = {
      clock: invocation.clock,
      signal: this.interrupt.signal,
      readFile: files({ 'key.pem': key.pem }),
      prove: cloud.dns.gate(invocation),
      lookUp: (request) => cloud.dns.lookUp(request),
      identities: async ({ region }, clock) =>
        identitiesWithAwsErrors(cloud.ses.api(invocation, clock, region), region),
    };
    const args = [
      'set',
      DOMAIN,
      '-s',
      's1',
      '--region',
      REGION,
      '--no-list',
      '--key-file',
      'key.pem',
      ...more,
    ];
    return byodkim(args, world);
  }

  get state() {
    return this.cloud.ses.state(DOMAIN);
  }
}

const PUTS = /^ses:(Put|Create|Delete)/;

describe.each([
  ['Easy DKIM', { managed: false }, { origin: 'AWS_SES' }],
  [
    'Easy DKIM that is switched off',
    { managed: false, enabled: false },
    { origin: 'AWS_SES', enabled: false },
  ],
  ['no identity', undefined, null],
] as const)('byodkim set, for a domain with %s', (_, start, prior) => {
  let person: Person;
  beforeEach(() => {
    person = new Person();
    if (start) person.cloud.ses.give(DOMAIN, start);
  });

  it('sets the key and waits until SES has verified it', async () => {
    person.cloud.ses.verifySeconds = 90;
    const { exitCode, stderr } = await person.set('--yes');
    expect(stderr).toMatch(/^If this process dies, nothing rolls back/);
    expect(exitCode).toBe(0);
    expect(person.state).toMatchObject({
      origin: 'EXTERNAL',
      selector: 's1',
      status: 'SUCCESS',
      enabled: true,
    });
  });

  it.each(['never', 'fails'] as const)('restores the prior state if SES verifies %s', async (ending) => {
    person.cloud.ses.ending = ending;
    const { exitCode, stderr } = await person.set('--yes');
    expect(stderr).toContain('VERIFICATION_FAILED');
    expect(exitCode).toBe(3);
    if (prior === null) expect(person.state).toBeNull();
    else expect(person.state).toMatchObject(prior);
  });

  it('restores the prior state if a person interrupts after the Put', async () => {
    const { calls } = person.cloud;
    calls.watch = () => {
      if (calls.made.at(-1)?.action === 'ses:PutEmailIdentityDkimSigningAttributes') person.interrupt.abort();
    };
    const { exitCode } = await person.set('--yes');
    expect(exitCode).toBe(130);
    if (prior === null) expect(person.state).toBeNull();
    else expect(person.state).toMatchObject(prior);
  });
});

describe('byodkim set', () => {
  let person: Person;
  beforeEach(() => {
    person = new Person();
    person.cloud.ses.give(DOMAIN, { managed: false });
  });
  afterEach(() => expect(person.cloud.calls.list(PUTS)).toEqual([]));

  it('refuses while the record is missing', async () => {
    person.cloud.dns.unpublish(recordName(DOMAIN, 's1'));
    expect((await person.set('--yes')).exitCode).toBe(2);
  });

  it('refuses a domain that a control stack manages', async () => {
    person.cloud.ses.give(DOMAIN, { managed: true });
    const { exitCode, stderr } = await person.set('--yes');
    expect(stderr).toContain('DOMAIN_MANAGED');
    expect(exitCode).toBe(3);
  });

  it('refuses to give up an earlier key that was not passed', async () => {
    person.cloud.ses.give(DOMAIN, { managed: false, origin: 'EXTERNAL', selector: 's0' });
    const { exitCode, stderr } = await person.set('--yes');
    expect(stderr).toMatch(/PRIOR_STATE_NOT_RESTORABLE.*--earlier-key-file/s);
    expect(exitCode).toBe(3);
  });

  it('changes nothing with --dry-run, or if the key is in force', async () => {
    expect((await person.set('--dry-run')).exitCode).toBe(0);
    person.cloud.ses.give(DOMAIN, { managed: false, origin: 'EXTERNAL', selector: 's1' });
    expect((await person.set('--yes')).stdout).toContain('already signs');
  });
});
