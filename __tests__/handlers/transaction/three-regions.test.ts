import { privateKeyObject, recordName } from '../../../handlers/contract/contract';
import { Terraform } from '../../support/terraform';
import { FakeCloud, testKey } from '../../support/world';
import { beforeCall, DOMAIN, failure, kill, ledgerOf, SES_GET, Stack, signing, verify } from './support';

const NAMES = ['ap-northeast-1', 'us-east-1', 'eu-west-1'] as const;
type Name = (typeof NAMES)[number];
const [TOKYO, VIRGINIA, IRELAND] = NAMES;
const DAY_MS = 86_400_000;
const ORDERS: readonly (readonly Name[])[] = NAMES.flatMap((first) =>
  NAMES.filter((each) => each !== first).map((second) => [
    first,
    second,
    NAMES.find((each) => each !== first && each !== second)!,
  ]),
);

const bucketIn = (region: Name): string => `keys-${region}`;

/** One region of the domain: its function, its SES and a state of the engine. */
class Region {
  readonly cloud: FakeCloud;
  readonly terraform: Terraform;
  /** What its stack sends with each event. */
  readonly fields: Record<string, unknown> = {};

  constructor(
    readonly name: Name,
    beside?: FakeCloud,
  ) {
    const alsoRead = JSON.stringify(NAMES.map((each) => `${bucketIn(each)}/`));
    this.cloud = new FakeCloud({
      environment: { region: name, keyStoreBucket: bucketIn(name), alsoRead },
      ...(beside && { beside }),
    });
    this.cloud.ses.give(DOMAIN);
    this.terraform = new Terraform(new Stack(this.cloud, this.fields), undefined, `${name}-`);
  }

  get failure(): Promise<{ readonly code: string; readonly message: string }> {
    return failure(Promise.reject(this.terraform.failure));
  }
}

/** Three regions that sign with one key, whose home publishes the records in its stack. */
class Regions {
  readonly all: readonly Region[];
  private home: Name = TOKYO;
  private published: readonly string[] = [];

  constructor() {
    const tokyo = new Region(TOKYO);
    this.all = [tokyo, new Region(VIRGINIA, tokyo.cloud), new Region(IRELAND, tokyo.cloud)];
  }

  of(name: Name): Region {
    return this.all.find((each) => each.name === name)!;
  }

  /** What the domain has where it signs. */
  get states(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.all.map(({ name, cloud }) => [name, signing(cloud)]));
  }

  /** Writes a list: who has the key, and which records its stack publishes; a former home may still have some. */
  list(home: Name, records: readonly string[], kept: Readonly<Partial<Record<Name, string[]>>> = {}): void {
    this.home = home;
    for (const { name, fields } of this.all) {
      const sharedWith = NAMES.filter((each) => each !== name).map((each) => ({
        region: each,
        bucket: bucketIn(each),
        ...(each === home && { home: true }),
      }));
      const own = name === home ? records : kept[name];
      fields.rotation = { ...(own && { records: own }), sharedWith };
      if (name !== home) fields.keyStore = { bucket: bucketIn(home) };
      else delete fields.keyStore;
    }
  }

  private recordsOf(name: Name): readonly string[] {
    return (this.of(name).fields.rotation as { records?: readonly string[] }).records ?? [];
  }

  /** Makes a key in the home. The engine publishes its record before the gate. */
  private prepare(selector: string): void {
    if (this.published.includes(selector)) return;
    const { cloud } = this.of(this.home);
    const key = testKey(selector);
    cloud.s3.write(bucketIn(this.home), privateKeyObject(DOMAIN, selector), key.file);
    cloud.s3.write(
      bucketIn(this.home),
      `dns_records/${DOMAIN}/${selector}.json`,
      JSON.stringify({ value: key.value }),
    );
    cloud.dns.publish(recordName(DOMAIN, selector), key.value);
    this.published = [...this.published, selector];
  }

  /** Applies a region, the home first. */
  async apply(selector: string, names: readonly Name[] = [this.home, ...this.othersOf(this.home)]) {
    this.prepare(selector);
    const stages: Record<string, string> = {};
    for (const name of names) stages[name] = await this.of(name).terraform.apply({ selector });
    await verify(this.of(TOKYO).cloud);
    for (const { cloud } of this.all) await cloud.fireDue();
    return stages;
  }

  othersOf(name: Name): Name[] {
    return NAMES.filter((each) => each !== name);
  }

  unpublish(selector: string): void {
    this.of(TOKYO).cloud.dns.unpublish(recordName(DOMAIN, selector));
  }

  async days(count: number): Promise<void> {
    for (let day = 0; day < count; day += 1) {
      await this.of(TOKYO).cloud.clock.advance(DAY_MS);
      for (const { cloud } of this.all) {
        await cloud.fireDue();
        cloud.ses.state(DOMAIN);
      }
    }
  }

  /** Destroys each in turn; a home that is refused is destroyed last. The engine removes its record once its delete passed. */
  async destroy(order: readonly Name[], selector: string): Promise<string[]> {
    const told: string[] = [];
    const left = [...order];
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const { terraform } = this.of(name);
      if (await terraform.destroy()) {
        told.push(`${name} goes`);
        for (const each of this.recordsOf(name)) this.unpublish(each);
      } else {
        const { code, message } = await this.of(name).failure;
        const named = left.filter((each) => message.includes(`${each} (${selector})`));
        told.push(`${name} is refused: ${code} ${named.join(' ')}`);
        left.push(name);
      }
      await this.days(1);
      for (const each of left) expect(this.states[each]).toBe(`EXTERNAL ${selector} on SUCCESS`);
    }
    return told;
  }
}

describe.each(ORDERS)('one key in three regions, destroyed in the order %s, %s, %s', (...order) => {
  /** What becomes of each: a home whose key another one signs with goes last. */
  const expected = (home: Name): string[] => {
    const after = order.slice(order.indexOf(home) + 1);
    const told = order.map((each) =>
      each === home && after.length > 0
        ? `${home} is refused: KEY_SHARED ${after.join(' ')}`
        : `${each} goes`,
    );
    return after.length > 0 ? [...told, `${home} goes`] : told;
  };

  const isOver = (regions: Regions): void => {
    for (const { cloud } of regions.all) {
      expect(signing(cloud)).toBe('AWS_SES on SUCCESS');
      expect(ledgerOf(cloud)).toMatchObject({ owner: null, open: null, inForce: null });
      expect(cloud.scheduler.pending()).toEqual([]);
    }
  };

  it('releases the home once the regions that sign with its key are gone', async () => {
    const regions = new Regions();
    regions.list(TOKYO, ['s1']);
    await regions.apply('s1');
    expect(await regions.destroy(order, 's1')).toEqual(expected(TOKYO));
    isOver(regions);
  });

  it('releases a former home at any time once the home has moved', async () => {
    const regions = new Regions();
    regions.list(TOKYO, ['s1']);
    await regions.apply('s1');
    regions.list(VIRGINIA, ['s2'], { [TOKYO]: ['s1'] });
    expect(Object.values(await regions.apply('s2'))).toEqual(['done', 'done', 'done']);
    expect(await regions.destroy(order, 's2')).toEqual(expected(VIRGINIA));
    isOver(regions);
  });
});

describe('one key in three regions, one of which is down', () => {
  /** Its function reaches neither S3 nor SES, and the others do not reach its bucket. */
  function fail(regions: Regions, down: Name): void {
    for (const { name, cloud } of regions.all) {
      const resource = name === down ? {} : { resource: new RegExp(bucketIn(down)) };
      cloud.calls.addFault({ action: /^(s3|ses):/, ...resource, times: Number.POSITIVE_INFINITY });
    }
  }
  async function given(down: Name): Promise<Regions> {
    const regions = new Regions();
    regions.list(TOKYO, ['s1']);
    await regions.apply('s1');
    fail(regions, down);
    return regions;
  }
  const repaired = (regions: Regions): void => {
    for (const { cloud } of regions.all) cloud.calls.clearFaults();
  };

  it('lets the others rotate, and keeps the record until that region has rotated too', async () => {
    const regions = await given(IRELAND);
    regions.list(TOKYO, ['s2', 's1']);
    expect(await regions.apply('s2')).toEqual({ [TOKYO]: 'done', [VIRGINIA]: 'done', [IRELAND]: 'plan' });
    await regions.days(8);
    regions.list(TOKYO, ['s2']);
    expect(await regions.apply('s2', [TOKYO])).toEqual({ [TOKYO]: 'plan' });
    expect((await regions.of(TOKYO).failure).message).toMatch(
      /RECORD_STILL_NEEDED.*Whether eu-west-1 needs s1 is not known/s,
    );
    repaired(regions);
    expect(await regions.apply('s2', [TOKYO])).toEqual({ [TOKYO]: 'plan' });
    expect((await regions.of(TOKYO).failure).message).toContain('SES signs with s1 in eu-west-1');
    expect(await regions.apply('s2', [IRELAND])).toEqual({ [IRELAND]: 'done' });
    await regions.days(8);
    expect(await regions.apply('s2', [TOKYO])).toEqual({ [TOKYO]: 'done' });
    regions.unpublish('s1');
    await regions.days(1);
    expect(new Set(Object.values(regions.states))).toEqual(new Set(['EXTERNAL s2 on SUCCESS']));
  });

  it.each([TOKYO, VIRGINIA])('lets the change of %s roll back', async (name) => {
    const regions = await given(IRELAND);
    regions.list(TOKYO, ['s2', 's1']);
    await regions.apply('s2', name === TOKYO ? [] : [TOKYO]);
    const { terraform, cloud } = regions.of(name);
    expect(await terraform.apply({ selector: 's2', otherFails: true })).toBe('other');
    await verify(cloud);
    expect(signing(cloud)).toBe('EXTERNAL s2 on SUCCESS');
    await cloud.fireAll();
    await verify(cloud);
    expect(signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
  });

  it('lets the others be destroyed if the home is down, whose own destroy waits', async () => {
    const regions = await given(TOKYO);
    expect(await regions.of(VIRGINIA).terraform.destroy()).toBe(true);
    expect(await regions.of(TOKYO).terraform.destroy()).toBe(false);
    repaired(regions);
    expect(await regions.destroy([TOKYO, IRELAND], 's1')).toEqual([
      `${TOKYO} is refused: KEY_SHARED ${IRELAND}`,
      `${IRELAND} goes`,
      `${TOKYO} goes`,
    ]);
  });
});

describe('one key in several regions, and a home that is destroyed', () => {
  /** The home has signed alone, and its destroy was cut off after its last write: its schedule or its ledger has ended it. */
  async function cutOff(): Promise<Regions> {
    const regions = new Regions();
    regions.list(TOKYO, ['s1']);
    await regions.apply('s1', [TOKYO]);
    const { cloud, terraform } = regions.of(TOKYO);
    cloud.calls.addFault(kill('scheduler:DeleteSchedule', 'after'));
    expect(await terraform.destroy()).toBe(false);
    cloud.calls.clearFaults();
    await regions.days(1);
    expect(ledgerOf(cloud)).toMatchObject({ owner: null, open: null, deleted: [expect.any(String)] });
    return regions;
  }

  const refused = [`${TOKYO} is refused: KEY_SHARED ${VIRGINIA}`, `${VIRGINIA} goes`, `${TOKYO} goes`];

  it('asks the others although an earlier destroy of the home was cut off', async () => {
    const regions = await cutOff();
    await regions.apply('s1', [TOKYO, VIRGINIA]);
    expect(await regions.destroy([TOKYO, VIRGINIA], 's1')).toEqual(refused);
  });

  it('refuses a region that begins after a destroy of the home that was cut off', async () => {
    const regions = await cutOff();
    expect(await regions.apply('s1', [VIRGINIA])).toEqual({ [VIRGINIA]: 'signing' });
    expect((await regions.of(VIRGINIA).failure).message).toMatch(
      /in ap-northeast-1, whose key and record this region shares, was destroyed/,
    );
    expect(regions.states[VIRGINIA]).toBe('AWS_SES on SUCCESS');
  });

  it('refuses a region that takes its lease after the home has asked', async () => {
    const regions = new Regions();
    regions.list(TOKYO, ['s1']);
    await regions.apply('s1', [TOKYO]);
    const { cloud, terraform } = regions.of(TOKYO);
    let beside: Promise<string> | undefined;
    beforeCall(cloud, SES_GET, () => {
      beside = regions.of(VIRGINIA).terraform.apply({ selector: 's1' });
    });
    expect(await terraform.destroy()).toBe(true);
    expect(await beside).toBe('signing');
    expect((await regions.of(VIRGINIA).failure).code).toBe('CONCURRENT_UPDATE');
    expect(regions.states[VIRGINIA]).toBe('AWS_SES on SUCCESS');
  });

  it('lets a region sign beside a change of the home', async () => {
    const regions = new Regions();
    regions.list(TOKYO, ['s1']);
    await regions.apply('s1', [TOKYO]);
    regions.list(TOKYO, ['s2', 's1']);
    let beside: Promise<string> | undefined;
    beforeCall(regions.of(TOKYO).cloud, 'ses:PutEmailIdentityDkimSigningAttributes', () => {
      beside = regions.of(VIRGINIA).terraform.apply({ selector: 's2' });
    });
    expect(await regions.apply('s2', [TOKYO])).toEqual({ [TOKYO]: 'done' });
    expect(await beside).toBe('done');
  });
});
