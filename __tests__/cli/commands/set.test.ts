import { INTERRUPTS } from '../../../cli/real-world/ask';
import type { CliWorld } from '../../../cli/world/world';
import { identitiesWithAwsErrors } from '../../../handlers/aws/with-aws-errors';
import { recordName } from '../../../handlers/contract/contract';
import { FAILURES, FakeCloud, type Fault, InvocationEnded, REGION, testKey } from '../../support/world';
import type { IdentityStart } from '../../support/world/identities';
import { Invocation } from '../../support/world/invocation';
import { byodkim, type Ended, files } from '../support/terminal';

const DOMAIN = 'example.com';
const MINUTE_MS = 60_000;
/** A person waits for SES for up to 72 hours. */
const LONG_SECONDS = 1_000_000;
const WRITES = /^ses:(Put|Create|Delete)/;
const PUT = 'ses:PutEmailIdentityDkimSigningAttributes';
const FLAG = 'ses:PutEmailIdentityDkimAttributes';
/** What a PEM file begins with, and a piece of every key. */
const SECRET = /BEGIN (RSA )?PRIVATE|MII[CE][\w+/]{30}/;

/** A person with a key, whose record is published, and with access to SES. */
class Person {
  readonly cloud = new FakeCloud();
  readonly files: Record<string, string> = { 'key.pem': testKey('s1').pem, 'earlier.pem': testKey('s0').pem };
  interrupt = new AbortController();

  constructor(start?: IdentityStart) {
    for (const selector of ['s0', 's1'])
      this.cloud.dns.publish(recordName(DOMAIN, selector), testKey(selector).value);
    if (start) this.cloud.ses.give(DOMAIN, { managed: false, ...start });
  }

  /** Runs the command without a list. @throws InvocationEnded if the process is killed */
  async set(...more: string[]): Promise<Ended> {
    const args = ['set', DOMAIN, '-s', 's1', '--region', REGION, '--no-list', '--key-file', 'key.pem'];
    const ended = await this.run([...args, '--yes', ...more]);
    expect(ended.stdout + ended.stderr).not.toMatch(SECRET);
    return ended;
  }

  run(args: readonly string[], world: Partial<CliWorld> = {}): Promise<Ended> {
    const { cloud } = this;
    const invocation = new Invocation(cloud.clock, 1, LONG_SECONDS);
    return invocation.run(() =>
      byodkim(args, {
        clock: invocation.clock,
        signal: this.interrupt.signal,
        readFile: (file) => files(this.files)(file),
        writeNew: async (file, text) => {
          if (this.files[file] !== undefined) return false;
          this.files[file] = text;
          return true;
        },
        prove: cloud.dns.gate(invocation),
        lookUp: (request) => cloud.dns.lookUp(request),
        identities: async ({ region }, clock) =>
          identitiesWithAwsErrors(cloud.ses.api(invocation, clock, region), region),
        ...world,
      }),
    );
  }

  /** Interrupts during the call of SES with this number. */
  interruptAt(call: number): void {
    const { calls } = this.cloud;
    calls.watch = () => {
      if (calls.count(/^ses:/) === call) this.interrupt.abort();
    };
  }

  get state() {
    return this.cloud.ses.state(DOMAIN);
  }

  /** The number of calls of SES that a run makes. */
  static async callsOf(start: IdentityStart | undefined, more: readonly string[]): Promise<number> {
    const person = new Person(start);
    expect((await person.set(...more)).exitCode).toBe(0);
    return person.cloud.calls.count(/^ses:/);
  }
}

const SET = { origin: 'EXTERNAL', selector: 's1', status: 'SUCCESS', enabled: true };
const listeners = new Map(INTERRUPTS.map((name) => [name, process.listeners(name)]));
afterEach(() => {
  for (const [name, before] of listeners)
    for (const each of process.listeners(name)) if (!before.includes(each)) process.off(name, each);
});

/** What SES may have, what must be passed for it, and what a rollback leads to. */
const STATES: Readonly<Record<string, readonly [start: IdentityStart | undefined, more: readonly string[]]>> =
  {
    nothing: [undefined, []],
    'Easy DKIM': [{}, []],
    'Easy DKIM, switched off': [{ enabled: false }, []],
    'BYODKIM with a key that is passed': [
      { origin: 'EXTERNAL', selector: 's0', spki: testKey('s0').publicKey.spki },
      ['--earlier-key-file', 'earlier.pem'],
    ],
  };

describe.each(Object.entries(STATES))('byodkim set, for a domain with %s', (_, [start, more]) => {
  let person: Person;
  let prior: object | null;
  beforeEach(() => {
    person = new Person(start);
    prior = restored(person);
  });

  /** The parts of the state that a rollback restores. */
  function restored({ state }: Person): object | null {
    if (state === null) return null;
    const { origin, selector, enabled } = state;
    return { origin, selector, enabled };
  }

  it('says what it cannot promise, sets the key, and waits until SES has verified it', async () => {
    person.cloud.ses.verifySeconds = 25 * 60;
    const { exitCode, stderr, stdout } = await person.set(...more);
    expect(stderr).toMatch(
      /^If this process dies, nothing rolls back: `byodkim deploy`.*\nNobody watches .* `byodkim adopt example.com --key-file FILE`.*\nThe private key passes through this machine/,
    );
    expect(stdout).toContain('SES has verified selector s1 of example.com');
    expect(exitCode).toBe(0);
    expect(person.state).toMatchObject(SET);
    expect(person.cloud.calls.count(PUT)).toBe(1);
  });

  it.each(['never', 'fails'] as const)('restores the prior state if SES verification %s', async (ending) => {
    person.cloud.ses.ending = ending;
    const { exitCode, stderr } = await person.set(...more);
    expect(stderr).toContain('VERIFICATION_FAILED: SES has not verified selector s1 of example.com');
    expect(exitCode).toBe(3);
    expect(restored(person)).toEqual(prior);
  });

  it('restores the prior state at whichever call a person interrupts', async () => {
    const calls = await Person.callsOf(start, more);
    for (let call = 1; call <= calls; call += 1) {
      person = new Person(start);
      person.cloud.ses.verifySeconds = 600;
      person.interruptAt(call);
      const { exitCode, stderr } = await person.set(...more);
      expect(stderr).toMatch(/Interrupted\. (Nothing was changed|SES (was|is as)|The identity .* deleted)/);
      expect(stderr).not.toContain('byodkim status');
      expect(exitCode).toBe(130);
      // The first two calls plan.
      if (call <= 2) expect(person.cloud.calls.list(WRITES)).toEqual([]);
      expect([call, restored(person)]).toEqual([call, prior]);
    }
  });

  it.each([
    { when: 'before', error: FAILURES.internal() },
    { when: 'after', error: FAILURES.internal() },
    { when: 'before', error: FAILURES.reset() },
    { when: 'after', error: FAILURES.reset() },
    { when: 'before', error: FAILURES.throttled() },
  ] as const)('restores the prior state whichever call fails: $when it takes effect, $error', async (how) => {
    const calls = await Person.callsOf(start, more);
    for (let nth = 1; nth <= calls; nth += 1) {
      person = new Person(start);
      person.cloud.calls.addFault({ action: /^ses:/, nth, ...how });
      const { exitCode, stderr } = await person.set(...more);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/(AWS_FAILED|AWS_NOT_REACHED|THROTTLED): .*\nTo do: \S/);
      expect([nth, restored(person)]).toEqual([nth, prior]);
    }
  });

  it.each([
    ['before a call', 'before', 'asPublished'],
    ['after a call', 'after', 'asPublished'],
    ['before a call, also of its rollback', 'before', 'fails'],
    ['after a call, also of its rollback', 'after', 'fails'],
  ] as const)('can be run again whenever its process was killed: %s', async (_, when, ending) => {
    const isKilled = async (nth: number): Promise<boolean> => {
      person = new Person(start);
      const { cloud } = person;
      cloud.ses.ending = ending;
      cloud.calls.addFault({ action: /^ses:/, nth, kind: 'kill', when });
      const ended = await person.set(...more).catch((error: unknown) => error);
      cloud.calls.clearFaults();
      cloud.ses.ending = 'asPublished';
      return ended instanceof InvocationEnded;
    };
    let calls = 0;
    for (; await isKilled(calls + 1); calls += 1) {
      expect([calls, await person.set(...more)]).toMatchObject([calls, { exitCode: 0 }]);
      expect(person.state).toMatchObject(SET);
    }
    expect(calls).toBeGreaterThanOrEqual(ending === 'fails' ? 5 : 4);
  });

  it('prints the commands that restore the prior state if the rollback fails', async () => {
    person.cloud.ses.ending = 'fails';
    const action = start === undefined ? 'ses:DeleteEmailIdentity' : start.enabled === false ? FLAG : PUT;
    const nth = action === 'ses:DeleteEmailIdentity' ? 1 : 2;
    person.cloud.calls.addFault({ action, nth, times: 100 });
    const { exitCode, stderr } = await person.set(...more);
    expect(stderr).toMatch(
      /ROLLBACK_FAILED: SES has not verified .* The prior state could not be restored: .*\nTo do: Restore it with these commands:\n {2}(aws sesv2|byodkim set) /,
    );
    expect(exitCode).toBe(3);
    expect(person.cloud.calls.count(action)).toBe(nth + 2);
  });
});

describe('byodkim set, for a domain that was set by a run whose process died', () => {
  it('restores Easy DKIM by the commands that it has printed', async () => {
    const person = new Person({});
    const { stderr } = await person.set('--dry-run');
    expect(stderr).toContain(
      'If this process dies, these commands restore the prior state:\n' +
        '  aws sesv2 put-email-identity-dkim-signing-attributes --email-identity example.com --region ap-northeast-1 --signing-attributes-origin AWS_SES\n',
    );
  });

  it('restores the earlier key by the command that it has printed', async () => {
    const person = new Person(STATES['BYODKIM with a key that is passed']![0]);
    const kill: Fault = { action: PUT, kind: 'kill', when: 'after' };
    person.cloud.calls.addFault(kill);
    await expect(person.set('--earlier-key-file', 'earlier.pem')).rejects.toThrow(InvocationEnded);
    person.cloud.calls.clearFaults();
    const command = (await person.set('--earlier-key-file', 'earlier.pem', '--dry-run')).exitCode;
    expect(command).toBe(0);
    const { exitCode } = await person.run(
      `set example.com --region ${REGION} -s s0 --key-file earlier.pem --earlier-key-file key.pem --no-list --yes`.split(
        ' ',
      ),
    );
    expect(exitCode).toBe(0);
    expect(person.state).toMatchObject({ ...SET, selector: 's0' });
  });
});

describe('byodkim set', () => {
  let person: Person;
  beforeEach(() => {
    person = new Person({});
  });

  it('waits for a record that is published late', async () => {
    const { cloud } = person;
    const value = testKey('s1').value;
    cloud.dns.unpublish(recordName(DOMAIN, 's1'));
    void cloud.clock.sleep(30 * MINUTE_MS).then(() => cloud.dns.publish(recordName(DOMAIN, 's1'), value));
    expect(await person.set('--wait', '3600')).toMatchObject({ exitCode: 0 });
    expect(person.state).toMatchObject(SET);
  });

  it('ends two minutes after it began if the record comes in 30 seconds and SES takes 60 more', async () => {
    const { cloud } = person;
    const startedAt = cloud.clock.now();
    cloud.ses.verifySeconds = 60;
    cloud.dns.unpublish(recordName(DOMAIN, 's1'));
    void cloud.clock
      .sleep(30_000)
      .then(() => cloud.dns.publish(recordName(DOMAIN, 's1'), testKey('s1').value));
    expect(await person.set('--wait', '3600')).toMatchObject({ exitCode: 0 });
    expect(cloud.clock.now() - startedAt).toBeLessThan(2 * MINUTE_MS);
  });

  it('tries a call again while SES is busy', async () => {
    person.cloud.ses.requestsPerSecond = 0.2;
    expect(await person.set()).toMatchObject({ exitCode: 0 });
  });

  it.each([PUT, FLAG])('fails at once if a person may not call %s', async (action) => {
    person = new Person({ enabled: false });
    const { cloud } = person;
    const startedAt = cloud.clock.now();
    cloud.calls.addFault({ action, nth: 1, error: FAILURES.denied() });
    const { exitCode, stderr } = await person.set();
    expect(stderr).toMatch(new RegExp(`SET_DENIED: You are not allowed to call ${action} .*`));
    expect(exitCode).toBe(1);
    expect(cloud.clock.now() - startedAt).toBeLessThan(MINUTE_MS / 4);
    expect(person.state).toMatchObject({ origin: 'AWS_SES', enabled: false });
  });

  it('asks the servers of the list for a domain that the list does not have', async () => {
    person.files['domains.yaml'] =
      `defaults: { region: ${REGION}, gate: { nameservers: ['192.0.2.53'], resolvers: ['192.0.2.54'] } }\ndomains: {}\n`;
    const asked: object[] = [];
    const args = ['set', DOMAIN, '-s', 's1', '--region', REGION, '--key-file', 'key.pem', '--yes'];
    await person.run(args, {
      invoke: async () => ({ payload: { statusCode: 200, selector: null } }),
      prove: async (request, world) => {
        const { nameservers, resolvers } = request;
        asked.push({ nameservers, resolvers });
        return person.cloud.dns.gate(new Invocation(person.cloud.clock, 1, LONG_SECONDS))(request, world);
      },
    });
    expect(asked).toEqual([{ nameservers: ['192.0.2.53'], resolvers: ['192.0.2.54'] }]);
  });

  it('rolls back a Put again that arrives after it was given up', async () => {
    const { cloud } = person;
    let isLate = true;
    cloud.calls.carryOut = async (call, effect) => {
      if (!isLate || call.action !== PUT) return effect();
      isLate = false;
      void cloud.clock.sleep(10_000).then(effect);
      throw FAILURES.reset();
    };
    expect(await person.set()).toMatchObject({ exitCode: 1 });
    await cloud.clock.advance(MINUTE_MS);
    expect(person.state).toMatchObject({ origin: 'AWS_SES', enabled: true });
  });

  it('leaves a key that others have set meanwhile', async () => {
    const { cloud } = person;
    cloud.calls.watch = () => {
      if (cloud.calls.made.at(-1)?.action !== PUT) return;
      cloud.ses.tamper(DOMAIN, { tokens: ['theirs'], status: 'FAILED' });
      person.interrupt.abort();
    };
    const { stderr } = await person.set();
    expect(stderr).toContain('Others have set selector theirs meanwhile, so SES was left as it is.');
    expect(cloud.calls.count(PUT)).toBe(1);
  });

  it.each([
    ['finds it there', undefined, /DOMAIN_MANAGED/, 3],
    ['is denied', FAILURES.denied(), /SET_DENIED: .*CreateEmailIdentity.* SES was not changed\./s, 1],
  ])('leaves an identity that others make while its own call %s', async (_, error, message, expected) => {
    person = new Person();
    const { cloud } = person;
    cloud.calls.carryOut = async (call, effect) => {
      if (call.action !== 'ses:CreateEmailIdentity') return effect();
      cloud.ses.give(DOMAIN, { managed: true });
      if (error) throw error;
      return effect();
    };
    const { exitCode, stderr } = await person.set();
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(expected);
    expect(person.state).not.toBeNull();
  });

  it('gives up a key that nobody has passed if that is allowed, and then switches signing off', async () => {
    person = new Person({ origin: 'EXTERNAL', selector: 's9' });
    person.cloud.ses.ending = 'fails';
    const { stderr } = await person.set('--irreversible');
    expect(stderr).toContain(
      'Signing is switched off: SES returns no private key, and that of selector s9 was not passed.',
    );
    expect(person.state?.enabled).toBe(false);
  });

  it('makes a key once, and prints its record', async () => {
    delete person.files['key.pem'];
    // Making a key takes real time.
    const first = await person.cloud.clock.during(person.set('--make-key'));
    expect(first.exitCode).toBe(3);
    expect(first.stderr).toContain('A new private key is in key.pem, which only you may read.');
    const made = person.files['key.pem'];
    const [, value] = /IN TXT "(v=DKIM1[^\n]*)"\n/.exec(first.stderr)!;
    person.cloud.dns.publish(recordName(DOMAIN, 's1'), value!.replaceAll('" "', ''));
    expect(await person.set('--make-key')).toMatchObject({ exitCode: 0 });
    expect(person.files['key.pem']).toBe(made);
  });

  it('prints its result as JSON', async () => {
    const { stdout } = await person.set('--json');
    expect(JSON.parse(stdout)).toMatchObject({
      code: 'SET',
      facts: { domain: DOMAIN, selector: 's1', before: { origin: 'AWS_SES' }, undo: expect.any(Array) },
      record: { name: recordName(DOMAIN, 's1') },
    });
  });

  it('prints a change that failed as JSON, with the state that SES is left in', async () => {
    person.cloud.ses.ending = 'fails';
    const { stdout } = await person.set('--json');
    expect(JSON.parse(stdout)).toMatchObject({
      code: 'VERIFICATION_FAILED',
      facts: { ending: { kind: 'rolled-back', state: { kind: 'prior-state' } } },
      exitCode: 3,
    });
  });

  it('asks, and changes nothing without an answer', async () => {
    const args = ['set', DOMAIN, '-s', 's1', '--region', REGION, '--no-list', '--key-file', 'key.pem'];
    expect(await person.run(args)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--yes') });
    expect(await person.run(args, { ask: async () => 'no' })).toMatchObject({ exitCode: 1 });
    expect(person.cloud.calls.count(WRITES)).toBe(0);
    expect(await person.run(args, { ask: async () => 'yes' })).toMatchObject({ exitCode: 0 });
  });
});

describe('byodkim set changes nothing', () => {
  let person: Person;
  beforeEach(() => {
    person = new Person({});
  });
  afterEach(() => expect(person.cloud.calls.list(WRITES)).toEqual([]));

  it.each([
    [
      'while the record is missing',
      undefined,
      2,
      'Have the record above published on every one of these servers, or wait until it has arrived there; then run this again.',
    ],
    ['if the record is of another key', testKey('s0').value, 3, 'have the record replaced by the one above'],
    ['if the record cannot be used', 'v=DKIM1; p=', 3, 'Have the record replaced by the one above'],
  ])('%s', async (_, value, expected, advice) => {
    person.cloud.dns.unpublish(recordName(DOMAIN, 's1'));
    if (value) person.cloud.dns.publish(recordName(DOMAIN, 's1'), value);
    const { exitCode, stdout } = await person.set();
    expect(stdout).toContain(advice);
    expect(stdout).not.toContain('deploy again');
    expect(exitCode).toBe(expected);
  });

  it('if a control stack manages the domain', async () => {
    person.cloud.ses.give(DOMAIN, { managed: true });
    const { exitCode, stderr } = await person.set();
    expect(stderr).toMatch(/DOMAIN_MANAGED: The control stack in ap-northeast-1 manages example.com: .* tag/);
    expect(exitCode).toBe(3);
  });

  it('if the ledger of the list’s function has a state of the domain', async () => {
    const list = `defaults: { region: ${REGION} }\ndomains: { ${DOMAIN}: { selector: s0 } }\n`;
    person.files['domains.yaml'] = list;
    const { exitCode, stderr } = await person.run(
      ['set', DOMAIN, '-s', 's1', '--key-file', 'key.pem', '--yes'],
      {
        invoke: async () => ({ payload: { statusCode: 200, selector: 's0' } }),
      },
    );
    expect(stderr).toContain('its ledger has a state of it');
    expect(exitCode).toBe(3);
  });

  it('if the key that SES has was not passed', async () => {
    person = new Person({ origin: 'EXTERNAL', selector: 's9' });
    const { exitCode, stderr } = await person.set();
    expect(stderr).toMatch(
      /PRIOR_STATE_NOT_RESTORABLE: .*selector s9 was not passed.*\nTo do: .*--earlier-key-file.*--irreversible/,
    );
    expect(exitCode).toBe(3);
  });

  it('if a person may not change the identity', async () => {
    person.cloud.calls.addFault({ action: 'ses:GetEmailIdentity', error: FAILURES.denied() });
    const { exitCode, stderr } = await person.set();
    expect(stderr).toMatch(
      /SET_DENIED: You are not allowed to call ses:GetEmailIdentity .*\nTo do: .*`byodkim policy set-domain example.com`/,
    );
    expect(exitCode).toBe(1);
  });

  it('if SES has the key already, or with --dry-run', async () => {
    expect((await person.set('--dry-run')).stdout).toContain('nothing refuses the change');
    person.cloud.ses.give(DOMAIN, { managed: false, origin: 'EXTERNAL', selector: 's1' });
    expect((await person.set()).stdout).toContain('SES already signs for example.com with selector s1');
  });

  it('with a key file that is missing or public', async () => {
    delete person.files['key.pem'];
    expect((await person.set()).stderr).toContain('There is no key file key.pem.');
    person.files['key.pem'] = testKey('s1').value;
    expect(await person.set()).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('CERTIFICATE_INVALID'),
    });
  });
});
