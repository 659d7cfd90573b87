import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { realWorld } from '../../../cli/real-world/real-world';
import { rowOfCode } from '../../../cli/words/rows';
import type { CliWorld } from '../../../cli/world/world';
import { DAY_MS } from '../../../handlers/clock';
import { ACTIONS, ledgerObject, mailFromRecords, recordName } from '../../../handlers/contract/contract';
import { emptyLedger } from '../../../handlers/ledger/ledger';
import { BEFORE_A_PUT } from '../../../handlers/words/unsigned-mail';
import { type DnsServer, startDnsServer } from '../../../packages/sandbox/dns/server';
import { Stack } from '../../handlers/transaction/support';
import { FakeCloud, newTestKey, testKey } from '../../support/world';
import { awsError, functionIn } from '../support/function';
import { Repository } from '../support/repository';
import { byodkim } from '../support/terminal';

describe('review', () => {
  let dns: DnsServer;
  let second: DnsServer;
  let repository: Repository;
  let cloud: FakeCloud;

  beforeEach(async () => {
    const zones = { 'kept.example': {}, 'turned.example': {}, 'new.example': {} };
    [dns, second] = [await startDnsServer({ zones }), await startDnsServer({ zones })];
    repository = new Repository();
    cloud = new FakeCloud();
  });
  afterEach(async () => {
    repository.remove();
    await Promise.all([dns.close(), second.close()]);
  });

  const list = (domains: string): string =>
    [
      'defaults:',
      '  region: ap-northeast-1',
      '  selector: s1',
      `  gate: { nameservers: ['${dns.address}', '${second.address}'], resolvers: [] }`,
      'domains:',
      domains,
    ].join('\n');
  const BEFORE = '  kept.example:\n  turned.example: { identity: existing }\n  gone.example:\n';
  const AFTER = '  kept.example:\n  turned.example: { identity: existing, selector: s2 }\n  new.example:\n';

  const publish = (domain: string, selector: string, value: string): void => {
    for (const server of [dns, second]) server.setTxt(recordName(domain, selector), value);
  };
  const review = (args: readonly string[] = [], world: Partial<CliWorld> = {}, file = 'domains.yaml') =>
    byodkim(['review', '--list', path.join(repository.folder, file), ...args], {
      readFile: (place) => readFile(place),
      git: realWorld(new AbortController().signal).git,
      invoke: functionIn(cloud),
      ...world,
    });
  it('cautions when two regions begin to read every key of each other', async () => {
    const shared = (count: number): string =>
      Array.from({ length: count }, (_, n) => `  d${n}.example:\n  d${n}.example@us-east-1:\n`).join('');
    const head = 'control: { keyStore: { bucket: "acme-{region}" } }\n';
    repository.commit('many.yaml', head + list(shared(28)));
    repository.write('many.yaml', head + list(shared(29)));
    const { stdout } = await review(['--no-aws'], {}, 'many.yaml');
    expect(stdout).not.toContain('every private key');
    repository.write('many.yaml', head + list(shared(34)));
    const { stdout: more } = await review(['--no-aws'], {}, 'many.yaml');
    expect(more).toContain(
      'The function in us-east-1 may then read every private key of the store in ap-northeast-1,',
    );
    expect(more).toContain(
      'The function in ap-northeast-1 may then read every private key of the store in us-east-1,',
    );
  });

  it('cautions when the list returns to a selector whose record the DNS team was asked to remove', async () => {
    const domain = 'kept.example';
    for (const selector of ['s1', 's2']) {
      cloud.giveKey(domain, selector, { isDescribed: true });
      publish(domain, selector, testKey(selector).value);
    }
    cloud.ses.give(domain);
    const stack = new Stack(cloud, {}, domain);
    await stack.apply('t1', 's1');
    await stack.apply('t2', 's2');
    await cloud.clock.advance(8 * DAY_MS);
    await cloud.invoke({ action: ACTIONS.askRemoval, domain, selector: 's1' });
    repository.commit('domains.yaml', list('  kept.example: { selector: s2 }\n'));
    repository.write('domains.yaml', list('  kept.example:\n'));
    const { stdout } = await review();
    expect(stdout).toContain('- `kept.example`: The DNS team was asked on 2025-09-25 to remove s1.');
    const file = path.join(repository.folder, 'domains.yaml');
    const check = await byodkim(['check', domain, '--list', file], {
      readFile: (place) => readFile(place),
      invoke: functionIn(cloud),
    });
    expect(check).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('asked on 2025-09-25') });
  });

  it('explains each difference, checks DNS, and leaves the loss of mail to a person’s judgement', async () => {
    const base = repository.commit('domains.yaml', list(BEFORE));
    repository.write('domains.yaml', list(AFTER));
    const [turned, fresh] = [newTestKey(), newTestKey()];
    cloud.giveKey('turned.example', 's2', { key: turned });
    cloud.giveKey('new.example', 's1', { key: fresh });
    publish('turned.example', 's2', turned.value);
    publish('new.example', 's1', fresh.value);
    cloud.ses.give('turned.example');
    cloud.ses.give('gone.example');
    cloud.giveKey('gone.example', 's1');
    await new Stack(cloud, {}, 'gone.example').apply('t1', 's1');

    const { exitCode, stdout } = await review();
    expect(stdout).toBe(
      [
        '## BYODKIM: 1 added, 1 changed, 1 removed',
        '**Decide this first, whatever DNS says:** SES continues to sign for gone.example, and no deploy, review or status sees it any more. To roll back, destroy first.',
        '2 of 2 domains would pass the gate.',
        `Compared: \`${base}\` with the working tree.`,
        '### Caution\n\n' +
          '- `gone.example`: To roll it back, run `byodkim destroy gone.example` while it is still in the list, before this is merged.\n' +
          `- \`turned.example\`: ${BEFORE_A_PUT}\n` +
          '- `turned.example`: Leave the record of s1 published until 7 days after the deploy: a rollback and mail in transit need it.\n' +
          '- `turned.example`: Mail that is not signed as its domain, if SES sends it while it verifies, is refused by Gmail and Outlook from bulk senders: no valid DMARC policy. ' +
          'Publish a DMARC record (`p=none` suffices), and set `mailFrom` if it is not set.\n' +
          `- \`new.example\`: \`gate.nameservers\`: only ${dns.address}, ${second.address} are asked, whichever servers the zone names.\n` +
          '- `new.example`: `gate.resolvers: []`: no resolver has to see the record.',
        '| domain | change | what it means for SES | signs with | record in DNS | destroy | next |\n' +
          '| --- | --- | --- | --- | --- | --- | --- |\n' +
          '| `gone.example` | removed | nothing by itself: deploys no longer see it, and SES continues to sign in the same way | s1 | – | removes the identity: SES then refuses mail from this domain | – |\n' +
          '| `turned.example` | changed | rotates from s1 to s2 | Easy DKIM → s2 | ✅ ready on 2 of 2 servers | restores the state before the first deploy | you: deploy |\n' +
          '| `new.example` | added | an identity is made and signs with selector s1 | nothing → s1 | ✅ ready on 2 of 2 servers | removes the identity: SES then refuses mail from this domain | you: deploy |\n',
      ].join('\n\n'),
    );
    expect(exitCode).toBe(2);
  });

  it('names all refusals of a domain at once, and equal ones of several domains once, in natural order', async () => {
    repository.commit('domains.yaml', list('  kept.example:\n'));
    const names = ['d12', 'd2', 'd1'].map((name) => `${name}.new.example`);
    repository.write(
      'domains.yaml',
      list(['  kept.example:', ...names.map((name) => `  ${name}: { identity: existing }`)].join('\n')),
    );
    for (const name of names) {
      cloud.giveKey(name, 's1', { key: testKey('s1'), dnsInformation: false });
      cloud.ses.give(name, { managed: false });
    }
    const { stdout, exitCode } = await review();
    expect(exitCode).toBe(3);
    expect(stdout).toContain(
      'd1.new.example, d2.new.example, d12.new.example: the deploy is refused: ACCESS_DENIED, CERTIFICATE_NOT_FOUND; missing on 2 of 2 servers</summary>',
    );
    expect(stdout.match(/<details>/g)).toHaveLength(1);
    expect([...stdout.matchAll(/\| `(d\d+)\./g)].map(([, name]) => name)).toEqual(['d1', 'd2', 'd12']);
  });

  it('reports for an adopted BYODKIM domain that SES stays as it is, before its DNS information exists', async () => {
    repository.commit('domains.yaml', list('  kept.example:\n'));
    repository.write('domains.yaml', list('  kept.example:\n  new.example: { identity: existing }\n'));
    cloud.giveKey('new.example', 's1', { key: testKey('s1'), dnsInformation: false });
    cloud.ses.give('new.example', { managed: false, origin: 'EXTERNAL', selector: 's1', tokens: ['s1'] });
    publish('new.example', 's1', testKey('s1').value);
    const { stdout, exitCode } = await review();
    expect(stdout).toContain('BYODKIM with selector s1 is adopted; SES is not written to | s1 |');
    expect(stdout).toContain(
      'the deploy is refused: CERTIFICATE_NOT_FOUND; ready on 2 of 2 servers</summary>',
    );
    expect(stdout).not.toContain('while SES verifies');
    expect(stdout).not.toContain(BEFORE_A_PUT);
    expect(exitCode).toBe(2);
  });

  it('reports that nothing is lost with an entry that was never deployed', async () => {
    repository.commit('domains.yaml', list(BEFORE));
    repository.write('domains.yaml', list(BEFORE.replace('  gone.example:\n', '')));
    const { stdout } = await review();
    expect(stdout).toContain(
      '| `gone.example` | removed | nothing: it is not deployed | nothing | – | – | – |',
    );
    expect(stdout).not.toContain('byodkim destroy gone.example');
  });

  it('cautions if receivers reject mail of an identity that signs, and asks for mailFrom first', async () => {
    repository.commit('domains.yaml', list(BEFORE));
    repository.write(
      'domains.yaml',
      list('  kept.example:\n  turned.example: { identity: existing, selector: s2 }\n'),
    );
    cloud.giveKey('turned.example', 's2', { key: testKey() });
    publish('turned.example', 's2', testKey().value);
    for (const server of [dns, second]) server.setTxt('_dmarc.turned.example', 'v=DMARC1; p=reject');
    cloud.ses.give('turned.example');
    const { stdout, exitCode } = await review();
    expect(stdout).toContain(
      '- `turned.example`: Mail that is not signed as its domain, if SES sends it while it verifies, is rejected: p=reject and no aligned SPF. ' +
        'Set `mailFrom` first, in a deploy of its own: once SES has verified it, such mail passes DMARC by SPF.',
    );
    expect(exitCode).toBe(0);

    const mailFrom = { domain: 'bounce.turned.example', onMxFailure: 'use-default' } as const;
    cloud.ses.tamper('turned.example', { mailFrom: { ...mailFrom, status: 'SUCCESS' } });
    for (const server of [dns, second])
      server.setTxt('bounce.turned.example', 'v=spf1 include:amazonses.com ~all');
    expect((await review()).stdout).not.toContain('while SES verifies');
  });

  it('exits with 3 if the MAIL FROM domain receives mail of its own, and with 2 if its records are missing', async () => {
    repository.commit('domains.yaml', list('  kept.example:\n'));
    const mailFrom = 'mailFrom: { subdomain: bounce }';
    repository.write('domains.yaml', list(`  kept.example: { ${mailFrom} }\n`));
    cloud.giveKey('kept.example', 's1', { key: testKey() });
    publish('kept.example', 's1', testKey().value);
    const missing = await review();
    expect(missing.stdout).toContain('⏳ MAIL FROM bounce.kept.example: MAIL_FROM_NOT_READY | removes');
    expect(missing.stdout).toContain('the DNS team: publish MX and SPF');
    expect(missing.exitCode).toBe(2);
    for (const server of [dns, second])
      server.setRecords('bounce.kept.example', 'MX', ['10 mail.kept.example']);
    const wrong = await review();
    expect(wrong.stdout).toMatch(/has other MX records .* would be lost/);
    expect(wrong.exitCode).toBe(3);
  });

  describe('of regions that share a key', () => {
    const ENTRIES = {
      home: '  kept.example: { createKey: true, record: { hostedZoneId: Z0123456789 } }\n',
      other: '  kept.example@us-east-1: { region: us-east-1 }\n',
    };
    const shared = (domains: string) =>
      `control: { keyStore: { bucket: "keys-{region}" } }\n${list(domains)}`;
    /** The function has one bucket for all regions here. */
    const invoke: CliWorld['invoke'] = (call) =>
      functionIn(cloud)({ ...call, payload: { ...(call.payload as object), keyStore: undefined } });

    it('counts a record as ready if the deploy of the home will make and publish it', async () => {
      repository.commit('domains.yaml', shared(ENTRIES.home));
      repository.write('domains.yaml', shared(ENTRIES.home + ENTRIES.other));
      const { exitCode, stdout } = await review([], { invoke });
      expect(stdout).toContain(
        '| `kept.example@us-east-1` | added | an identity is made and signs with selector s1, the key and the record of kept.example | ' +
          'nothing → s1 | ✅ the deploy makes the key and publishes its record |',
      );
      expect(exitCode).toBe(0);
    });

    it('asks for the MAIL FROM records of each region', async () => {
      const mailFrom = '{ mailFrom: { subdomain: "bounce-{region}" } }';
      repository.commit('domains.yaml', shared('  kept.example: {}\n'));
      repository.write(
        'domains.yaml',
        shared(`  kept.example: ${mailFrom}\n  kept.example@us-east-1: ${mailFrom}\n`),
      );
      cloud.giveKey('kept.example', 's1', { key: testKey() });
      publish('kept.example', 's1', testKey().value);
      const { exitCode, stdout } = await review([], { invoke });
      expect(exitCode).toBe(2);
      expect(stdout).toContain('bounce-us-east-1.kept.example. IN MX 10 feedback-smtp.us-east-1');
    });

    it('asks the home while the function of another region may not read there yet', async () => {
      repository.commit('domains.yaml', shared(ENTRIES.home));
      repository.write('domains.yaml', shared(ENTRIES.home + ENTRIES.other));
      const key = newTestKey();
      cloud.giveKey('kept.example', 's1', { key });
      publish('kept.example', 's1', key.value);
      const { exitCode, stdout } = await review([], {
        invoke: (call) => (call.region === 'us-east-1' ? functionIn(cloud) : invoke)(call),
      });
      expect(stdout).toContain('nothing → s1 | ✅ ready on 2 of 2 servers |');
      expect(exitCode).toBe(0);
    });

    it('refuses, as the plan would, to remove a record that another region signs with', async () => {
      const rotated = (record: string) =>
        shared(
          ENTRIES.home.replace('{ createKey', '{ selector: s2, createKey').replace('Z0123456789', record),
        ) + ENTRIES.other.replace('{ ', '{ selector: s2, ');
      repository.commit('domains.yaml', rotated('Z0123456789, previousSelectors: [s1]'));
      for (const selector of ['s1', 's2']) cloud.giveKey('kept.example', selector);
      cloud.ses.give('kept.example');
      for (const selector of ['s1', 's2'])
        await new Stack(cloud, { rotation: { records: ['s1', 's2'] } }, 'kept.example').apply(
          selector,
          selector,
        );
      await cloud.clock.advance(8 * 86_400_000);
      const signers = [{ selector: 's1', since: 0, stoppedAt: null }];
      const ledger = { ...emptyLedger('kept.example', 'us-east-1'), signers };
      cloud.s3.write('keys-us-east-1', ledgerObject('us-east-1', 'kept.example'), JSON.stringify(ledger));
      repository.write('domains.yaml', rotated('Z0123456789'));
      const { exitCode, stdout } = await review([], { invoke });
      expect(stdout).toContain('❌ the deploy is refused: RECORD_STILL_NEEDED | ');
      expect(stdout).toContain('SES signs with s1 in us-east-1');
      expect(exitCode).toBe(3);
    });

    it('asks for a former home with the earlier records that it keeps', async () => {
      repository.commit('domains.yaml', shared(ENTRIES.home + ENTRIES.other));
      const former = '{ selector: s2, record: { hostedZoneId: Z0123456789, previousSelectors: [s1] } }';
      const home =
        '{ region: us-east-1, selector: s2, createKey: true, record: { hostedZoneId: Z0123456789 } }';
      repository.write(
        'domains.yaml',
        shared(`  kept.example: ${former}\n  kept.example@us-east-1: ${home}\n`),
      );
      const asked: { readonly region?: string; readonly review?: boolean; readonly rotation?: object }[] = [];
      await review([], {
        invoke: (call) => {
          asked.push(call.payload as object);
          return invoke(call);
        },
      });
      const inspected = asked.filter((each) => each.review === true);
      expect(inspected).toMatchObject([
        { region: 'ap-northeast-1', rotation: { records: ['s1'] } },
        { region: 'us-east-1', rotation: { records: ['s2'] } },
      ]);
    });

    it('refuses to remove the home while another region signs with its key', async () => {
      repository.commit('domains.yaml', shared(ENTRIES.home + ENTRIES.other));
      cloud.giveKey('kept.example', 's1');
      cloud.ses.give('kept.example');
      await new Stack(cloud, {}, 'kept.example').apply('t1', 's1');
      repository.write('domains.yaml', shared(ENTRIES.other));
      const { exitCode, stdout } = await review([], { invoke });
      expect(stdout).toContain(
        '### ❌ Refused\n\n- `kept.example`: it has the key and the record that `kept.example@us-east-1` signs with.',
      );
      expect(stdout).toContain('; signs with a key and a record of its own |');
      expect(exitCode).toBe(3);
    });
  });

  it('exits with 3 if the deploy will refuse its own plan', async () => {
    repository.commit('domains.yaml', list('  kept.example:\n'));
    repository.write('domains.yaml', list('  kept.example: { identity: existing }\n'));
    cloud.giveKey('kept.example', 's1');
    cloud.ses.give('kept.example');
    await new Stack(cloud, {}, 'kept.example').apply('t1', 's1');
    const { exitCode, stdout } = await review();
    expect(stdout).toContain('**Do not deploy: `byodkim deploy` will refuse it.**');
    expect(stdout).toContain('### ❌ Refused\n\n- `kept.example`: with `identity: existing`');
    expect(exitCode).toBe(3);

    const unasked = await review(['--no-aws']);
    expect(unasked.stdout).toContain('### Caution\n\n- Unless nothing is deployed yet: `kept.example`: with');
    expect(unasked.stdout).not.toContain('Do not deploy');
  });

  describe('of an entry that begins to publish in Route 53', () => {
    const published = 'record: { hostedZoneId: Z0123456789 }';
    const name = 's1._domainkey.new.example';
    const state = (names: readonly string[]) =>
      repository.write(
        'state/new.example.tfstate',
        JSON.stringify({
          version: 4,
          resources: names.map((each) => ({
            mode: 'managed',
            type: 'aws_route53_record',
            name: `Identity_${each}-Z0123456789_1A2B3C4D`,
            instances: [{}],
          })),
        }),
      );
    beforeEach(() => {
      repository.commit('domains.yaml', list('  kept.example:\n'));
      repository.write('domains.yaml', list(`  kept.example:\n  new.example: { ${published} }\n`));
      cloud.giveKey('new.example', 's1', { key: testKey('s1') });
    });

    it('is not ready if the record is there, whatever its value, and names its import', async () => {
      expect(await review()).toMatchObject({ exitCode: 0 });
      for (const value of [testKey('s1').value, testKey('another').value]) {
        publish('new.example', 's1', value);
        const { exitCode, stdout } = await review();
        expect(exitCode).toBe(2);
        expect(stdout).toContain('**Not ready to deploy yet.** 0 of 1 domain would pass the gate.');
        expect(stdout).toContain(
          `DNS has records of ${name}, which the stack has not made. If they are in hosted zone Z0123456789,`,
        );
        expect(stdout).toContain('import ADDRESS ZONE-ID_NAME_TYPE');
        // DNS may serve another zone, and nothing was deployed.
        expect(stdout).not.toContain('are in Route 53 already');
        expect(stdout).toContain('run `byodkim diff new.example`, then');
      }
    });

    it('is ready if its stack has made the record', async () => {
      publish('new.example', 's1', testKey('s1').value);
      state(['Record-s2']);
      expect(await review()).toMatchObject({ exitCode: 2 });
      state(['Record-s1']);
      expect(await review()).toMatchObject({ exitCode: 0 });
    });

    it('is not ready if the records of MAIL FROM are there', async () => {
      const mailFrom = 'mailFrom: { subdomain: bounce }';
      repository.write(
        'domains.yaml',
        list(`  kept.example:\n  new.example: { ${published}, ${mailFrom} }\n`),
      );
      expect(await review()).toMatchObject({ exitCode: 0 });
      const mailFromOf = {
        domain: 'new.example',
        region: 'ap-northeast-1',
        mailFrom: { subdomain: 'bounce' },
      };
      for (const server of [dns, second])
        for (const { name: at, type, value } of mailFromRecords(mailFromOf))
          server.setRecords(at, type, [value]);
      const { exitCode, stdout } = await review();
      expect(exitCode).toBe(2);
      expect(stdout).toContain('DNS has records of bounce.new.example, which the stack has not made.');
    });
  });

  describe('of an entry whose states decide', () => {
    const stateOf = (stack: string, mailFrom?: string) => {
      const of = (type: string, name: string, attributes: object) => ({
        mode: 'managed',
        type,
        name: `Identity_${name}`,
        instances: [{ attributes }],
      });
      const resources = [
        of('aws_lambda_invocation', 'Baseline', {
          input: JSON.stringify({ resource: 'Baseline', region: 'ap-northeast-1' }),
        }),
        of('aws_route53_record', 'Record-s1-Z1_1A2B3C4D', {}),
        ...(mailFrom === undefined
          ? []
          : [of('aws_route53_record', 'MailFrom-MX-bounce-Z1_1A2B3C4D', { type: 'MX', name: mailFrom })]),
      ];
      repository.write(`state/${stack}.tfstate`, JSON.stringify({ version: 4, resources }));
    };
    const entry = (settings: string) =>
      list(`  kept.example: { record: { hostedZoneId: Z1 }, ${settings} }\n`);
    beforeEach(async () => {
      repository.commit('domains.yaml', entry(''));
      cloud.giveKey('kept.example', 's1', { key: testKey('s1') });
      publish('kept.example', 's1', testKey('s1').value);
    });

    it('is refused with the deploy’s words if two stacks have it', async () => {
      repository.write('domains.yaml', entry('heal: true'));
      stateOf('kept.example');
      expect(await review()).toMatchObject({ exitCode: 0 });
      stateOf('kept.example@ap-northeast-1');
      const { exitCode, stdout } = await review();
      expect(exitCode).toBe(3);
      expect(stdout).toContain('the deploy is refused: DEPLOYED_TWICE');
      expect(stdout).toContain('The run would deploy or destroy an entry that two stacks have.');
      expect(stdout).toMatch(/mv \S*kept\.example@ap-northeast-1\.tfstate \S*\.aside/);
    });

    const PUBLISHED = 'record: { hostedZoneId: Z1 }';
    it.each([
      ['another name', `mailFrom: { subdomain: return }, ${PUBLISHED}`],
      ['records of others', 'mailFrom: { subdomain: bounce }'],
    ])(
      'is refused if MAIL FROM gets %s while its stack publishes the earlier records',
      async (_, settings) => {
        repository.write('domains.yaml', list(`  kept.example: { ${settings} }\n`));
        stateOf('kept.example');
        expect((await review()).stdout).not.toContain('STILL');
        stateOf('kept.example', 'bounce.kept.example');
        const { exitCode, stdout } = await review();
        expect(exitCode).toBe(3);
        expect(stdout).toContain('delete aws_route53_record.Identity_MailFrom-MX-bounce-Z1_1A2B3C4D');
        expect(stdout).toContain(rowOfCode('MAIL_FROM_STILL_NEEDED')!.todo);
      },
    );

    it('is not known to be ready if the states cannot be read', async () => {
      repository.write('domains.yaml', entry('heal: true'));
      repository.write('state', 'no folder');
      const { exitCode, stdout } = await review();
      expect(exitCode).toBe(4);
      expect(stdout).toContain('**Whether it is ready is not known.**');
      expect(stdout).toMatch(/The states in \S*state were not read \(ENOTDIR\)/);
    });
  });

  it('exits with 3 for an entry that was renamed, until its state has the new name', async () => {
    repository.commit('domains.yaml', list('  kept.example:\n'));
    for (const selector of ['s1', 's2']) {
      cloud.giveKey('kept.example', selector, { key: testKey(selector) });
      publish('kept.example', selector, testKey(selector).value);
    }
    cloud.ses.give('kept.example');
    await new Stack(cloud, {}, 'kept.example').apply('t1', 's1');
    for (const settings of ['', '{ selector: s2 }']) {
      repository.write('domains.yaml', list(`  kept.example@ap-northeast-1: ${settings}\n`));
      const { exitCode, stdout } = await review();
      expect(stdout).toContain('**Do not deploy: `byodkim deploy` will refuse it.**');
      expect(stdout).toMatch(/`mv \S*kept\.example\.tfstate \S*kept\.example@ap-northeast-1\.tfstate`/);
      expect(exitCode).toBe(3);
    }
    const resources = [{ mode: 'managed', type: 'a', name: 'b', instances: [{}] }];
    repository.write('state/kept.example@ap-northeast-1.tfstate', JSON.stringify({ version: 4, resources }));
    expect(await review()).toMatchObject({
      exitCode: 0,
      stdout: expect.not.stringContaining('Do not deploy'),
    });
  });

  it('is cut to the length of a comment', async () => {
    const names = Array.from({ length: 60 }, (_, at) => `  customer-${at}.example:\n`).join('');
    repository.commit('domains.yaml', list('  kept.example:\n'));
    repository.write('domains.yaml', list(`  kept.example:\n${names}`));
    const { stdout } = await review(['--no-aws', '--max-bytes', '6000']);
    expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(6_001);
    expect(stdout).toContain('**This review is cut.** Left out: ');
    expect(stdout).toContain('### Caution');
    expect((await review(['--no-aws'])).stdout).toContain('| `customer-59.example` | added |');
  });

  it('says before the first deploy that the control stack comes first', async () => {
    repository.commit('domains.yaml', list('  kept.example:\n'));
    repository.write('domains.yaml', list('  kept.example:\n  new.example:\n'));
    const { exitCode, stdout } = await review([], {
      invoke: async () => {
        throw awsError('ResourceNotFoundException', 404);
      },
    });
    expect(stdout).toContain('⏳ the control stack is not deployed yet');
    expect(stdout).toContain('the deployer: deploy the control stack first');
    expect(exitCode).toBe(2);
  });

  it.each([
    [['--base', 'nowhere'], 'git knows no commit "nowhere"'],
    [['--base', '--upload-pack=x'], 'git knows no commit'],
  ])('refuses %j', async (args, words) => {
    repository.commit('domains.yaml', list('  kept.example:\n'));
    const { exitCode, stderr } = await review(args);
    expect(stderr).toContain(words);
    expect(exitCode).toBe(1);
  });
});
