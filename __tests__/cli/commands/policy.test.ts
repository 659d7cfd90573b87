import { byodkim } from '../support/terminal';

const LIST = `
defaults:
  region: ap-northeast-1
  selector: s1
control:
  functionName: mail-keys
backend:
  s3: { bucket: example-state, region: ap-northeast-1 }
domains:
  example.com:
    sendEmailRoles: [mailer]
`;
const policy = (args: readonly string[], list = LIST) =>
  byodkim(['policy', ...args], { readFile: async () => Buffer.from(list) });
const actionsOf = (text: string): string[] =>
  JSON.parse(text).Statement.flatMap(({ Action }: { Action: string[] }) => Action);

describe('policy', () => {
  it('prints a policy for the names in the list', async () => {
    const { exitCode, stdout } = await policy(['deploy-domain', '--account', '123456789012']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).Statement[0]).toMatchObject({
      Action: ['lambda:InvokeFunction'],
      Resource: expect.arrayContaining([
        'arn:aws:lambda:ap-northeast-1:123456789012:function:mail-keys:$LATEST',
      ]),
    });
    expect(stdout).toContain('arn:aws:iam::123456789012:role/mailer');
    expect(stdout).toContain('arn:aws:ses:*:*:identity/example.com');
    expect(stdout).toContain('arn:aws:s3:::example-state');
  });

  it('names the bucket that the control stack makes, even if the function’s name is long', async () => {
    const functionName = 'a-name-of-more-than-31-characters-';
    const { stdout } = await policy(['put-keys'], LIST.replace('mail-keys', functionName));
    expect(JSON.parse(stdout).Statement[0].Resource[0]).toBe(
      'arn:aws:s3:::a-name-of-more-than-31-characte-keys-*/dkim-certificates/example.com/*',
    );
  });

  it('lets a key owner store only the keys of domains whose keys the function does not make', async () => {
    const list = `
control: { keyStore: { bucket: "keys-{region}" } }
defaults: { region: eu-west-1, selector: s1 }
domains:
  own.example: {}
  own.example@us-east-1: {}
  made.example: { createKey: true }
  placed.example: { keyStore: { privateKey: dkim-certificates/a/b.pem, dnsRecords: dns_records/a.json } }
  elsewhere.example: { region: us-east-1 }
`;
    const resourcesOf = async (...args: string[]) => {
      const { stdout } = await policy(['put-keys', ...args], list);
      const { Resource } = JSON.parse(stdout).Statement[0];
      return Resource.map((arn: string) => arn.replace('arn:aws:s3:::', ''));
    };
    const inEurope = [
      'keys-eu-west-1/dkim-certificates/own.example/*',
      'keys-eu-west-1/dns_records/own.example/*',
      'keys-eu-west-1/dkim-certificates/a/b.pem',
      'keys-eu-west-1/dns_records/a.json',
    ];
    expect(await resourcesOf('--region', 'eu-west-1')).toEqual(inEurope);
    expect(await resourcesOf()).toEqual([
      ...inEurope,
      'keys-us-east-1/dkim-certificates/elsewhere.example/*',
      'keys-us-east-1/dns_records/elsewhere.example/*',
    ]);
  });

  describe('for the key store', () => {
    const ofKeyStore = async (role: string, list: string, ...account: string[]) => {
      const { stdout } = await policy([role, ...account], list);
      const statements: { Action: string[]; Resource: string[]; Condition?: object }[] =
        JSON.parse(stdout).Statement;
      return statements.filter(
        ({ Action, Resource }) =>
          Resource.some((each) => each.includes(':s3:::mail-keys')) && !Action.includes('s3:CreateBucket'),
      );
    };
    const OURS = { StringEquals: { 'aws:ResourceAccount': '123456789012' } };

    describe.each(['put-keys', 'audit', 'adopt', 'deploy-control', 'plan'])('as %s', (role) => {
      it.each([
        ['the named account', LIST, ['--account', '123456789012']],
        ['the account of the list', `provider: { allowedAccountIds: ["123456789012"] }\n${LIST}`, []],
      ])('grants access only to buckets of %s', async (_, list, account) => {
        const statements = await ofKeyStore(role, list, ...account);
        expect(statements).not.toEqual([]);
        for (const { Condition } of statements) expect(Condition).toMatchObject(OURS);
      });

      it('names no account that is not known', async () => {
        const statements = await ofKeyStore(role, LIST);
        expect(statements).not.toEqual([]);
        expect(JSON.stringify(statements)).not.toContain('ResourceAccount');
      });
    });
  });

  it('lets the adopting person see the identities of the account and the region, and no others', async () => {
    const { stdout } = await policy(['adopt', '--account', '123456789012']);
    const [list, see] = JSON.parse(stdout).Statement;
    expect(list).toMatchObject({ Action: ['ses:ListEmailIdentities'], Resource: ['*'] });
    expect(see).toMatchObject({
      Action: ['ses:GetEmailIdentity'],
      Resource: ['arn:aws:ses:ap-northeast-1:123456789012:identity/*'],
    });
  });

  it('grants nothing that the list does not use', async () => {
    const { stdout } = await policy(['deploy-domain'], LIST.replace('    sendEmailRoles: [mailer]\n', ''));
    expect(actionsOf(stdout).filter((action) => /^(iam|route53):/.test(action))).toEqual([]);
  });

  it.each<[string, string[], ...string[]]>([
    ['deploy-domain', ['environment:production']],
    ['deploy-control', ['environment:production']],
    ['plan', ['pull_request']],
    ['look', ['pull_request', 'ref:refs/heads/main']],
    ['look', ['pull_request', 'ref:refs/heads/trunk'], '--branch', 'trunk'],
  ])('prints a trust policy for %s: jobs of %s, and no others', async (role, jobs, ...branch) => {
    const args = [role, '--account', '123456789012', '--github', 'acme/mail', ...branch];
    const printed = JSON.parse((await policy(args)).stdout);
    expect(printed.policy).toEqual(JSON.parse((await policy(args.slice(0, 3))).stdout));
    expect(printed.trust.Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: {
          Federated: 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com',
        },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
            'token.actions.githubusercontent.com:sub': jobs.map((job) => `repo:acme/mail:${job}`),
          },
        },
      },
    ]);
  });

  it.each([
    ['acme/mail', 'has no ids, so it fits only a repository that was created before 15 July 2026'],
    ['acme@123456/mail@789012', 'has ids, so it fits only a repository that was created, renamed or'],
  ])('names %s as the subject of GitHub’s tokens does, and says whom that fits', async (repository, says) => {
    const args = ['deploy-domain', '--account', '123456789012', '--github', repository];
    const { stdout, stderr } = await policy(args);
    expect(JSON.parse(stdout).trust.Statement[0].Condition.StringEquals).toMatchObject({
      'token.actions.githubusercontent.com:sub': [`repo:${repository}:environment:production`],
    });
    expect(stderr).toContain(says);
    expect(stderr).toContain('gh api repos/acme/mail/actions/oidc/customization/sub --jq ');
  });

  it.each([
    [
      ['on-call', '--account', '123456789012', '--github', 'acme/mail'],
      'found on-call, which no job takes on',
    ],
    ...[
      'acme/*',
      'acme',
      'acme@*/mail@*',
      'acme@123456/mail',
      'acme/mail@789012',
      'acme@0/mail@789012',
      'repo:acme/mail',
    ].map((repository): [string[], string] => [
      ['look', '--account', '123456789012', '--github', repository],
      `found ${repository}, expected ORG@ID/REPO@ID`,
    ]),
    [['look', '--github', 'acme/mail'], 'Pass --account'],
    [
      ['look', '--account', '123456789012', '--github', 'acme/mail', '--branch', '*'],
      'found *, expected the name of',
    ],
  ])('refuses a trust policy that would be too wide or useless: %j', async (args, says) => {
    const { exitCode, stderr } = await policy(args);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(says);
  });

  it('lets each region publish its own MAIL FROM records in the zone of the home', async () => {
    const list = `control: { keyStore: { bucket: "keys-{region}" } }
defaults: { region: ap-northeast-1, selector: s1, mailFrom: { subdomain: "bounce-{region}" } }
domains:
  example.com: { record: { hostedZoneId: Z1 } }
  example.com@us-east-1: {}
`;
    const { stdout } = await policy(['deploy-domain'], list);
    const publish = JSON.parse(stdout).Statement.find(
      ({ Sid }: { Sid: string }) => Sid === 'PublishMailFrom',
    );
    expect(publish.Condition['ForAllValues:StringEquals']).toMatchObject({
      'route53:ChangeResourceRecordSetsNormalizedRecordNames': [
        'bounce-ap-northeast-1.example.com',
        'bounce-us-east-1.example.com',
      ],
    });
  });

  describe('for the roles of the function and of its schedules', () => {
    const rolesOf = async (roles: string) => {
      const list = LIST.replace('  functionName: mail-keys', `  functionName: mail-keys\n${roles}`);
      const { stdout } = await policy(['deploy-control', '--account', '123456789012'], list);
      const statements: { Sid: string; Action: string[]; Resource: string[]; Condition?: object }[] =
        JSON.parse(stdout).Statement;
      return statements.filter(({ Action }) => Action.some((action) => action.startsWith('iam:')));
    };
    const BOUNDARY = 'arn:aws:iam::123456789012:policy/boundary';

    it('names them below the path of the list', async () => {
      for (const { Resource } of await rolesOf('  roles: { path: /mail/ }'))
        expect(Resource).toEqual(['arn:aws:iam::123456789012:role/mail/mail-keys-*']);
    });

    it('makes them, and their policies, only with the boundary of the list', async () => {
      const making = (statements: Awaited<ReturnType<typeof rolesOf>>) =>
        statements.filter(({ Action }) => /CreateRole|PutRolePolicy/.test(Action.join()));
      expect(making(await rolesOf(''))).toMatchObject([{ Sid: 'Roles' }]);
      const [bound, ...others] = making(await rolesOf(`  roles: { permissionsBoundary: "${BOUNDARY}" }`));
      expect(bound!.Condition).toEqual({ StringEquals: { 'iam:PermissionsBoundary': BOUNDARY } });
      expect(others).toEqual([]);
    });
  });

  describe('for a list with many domains', () => {
    const ROUTE_53 = 'record: { hostedZoneId: Z0123456789ABCDEFGHIJ }';
    const many = (count: number, settings = '') =>
      LIST + Array.from({ length: count }, (_, n) => `  domain-${n}.example.net: { ${settings} }\n`).join('');
    const printed = async (role: string, list: string) => {
      const { stdout, stderr } = await policy([role, '--account', '123456789012'], list);
      const documents: { Statement: any[] }[] = [JSON.parse(stdout)].flat();
      return { documents, stderr, sizes: documents.map((each) => JSON.stringify(each).length) };
    };
    const tagged = (documents: readonly { Statement: any[] }[]): string[] =>
      documents
        .flatMap(({ Statement }) => Statement)
        .filter(({ Action }) => Action.includes('ses:TagResource'))
        .flatMap(({ Resource }) => Resource);

    it.each([
      ['deploy-domain', '', 9],
      ['deploy-domain', ROUTE_53, 16],
      ['deploy-control', '', 1],
      ['plan', ROUTE_53, 1],
      ['put-keys', '', 1],
      ['put-keys', 'createKey: true', 1],
    ])('%s has policies that IAM accepts for 1,000 domains: %s', async (role, settings, most) => {
      const { sizes } = await printed(role, many(1_000, settings));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(6_144);
      expect(sizes.length).toBeLessThanOrEqual(most);
    });

    it('tags the identities of the list, each in one of the policies, and no others', async () => {
      const { documents } = await printed('deploy-domain', many(300));
      expect(documents.length).toBeGreaterThan(1);
      expect(tagged(documents).sort()).toEqual(
        ['example.com', ...Array.from({ length: 300 }, (_, n) => `domain-${n}.example.net`)]
          .map((domain) => `arn:aws:ses:*:*:identity/${domain}`)
          .sort(),
      );
      for (const { Action, Condition } of documents.flatMap(({ Statement }) => Statement))
        if (Action.includes('ses:TagResource'))
          expect(Condition).toEqual({ StringEquals: { 'aws:RequestedRegion': 'ap-northeast-1' } });
    });

    it('says how many a role needs, with those that the same deployer has', async () => {
      const { stderr } = await printed('deploy-domain', many(300));
      expect(stderr).toMatch(
        /^deploy-domain needs 3 managed policies .* deploy-control needs 4, .* --part 3\.\n$/s,
      );
      expect((await policy(['look'])).stderr).toBe('');
    });

    it('prints one of them on request, and no other', async () => {
      const { documents } = await printed('deploy-domain', many(300));
      const args = (part: string) => ['deploy-domain', '--account', '123456789012', '--part', part];
      expect(JSON.parse((await policy(args('2'), many(300))).stdout)).toEqual(documents[1]);
      const { exitCode, stderr } = await policy(args('4'), many(300));
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining('--part: found 4, expected 1 to 3.')]);
    });

    it('names each place of a key while the places fit on a role, and says when it names the whole store', async () => {
      const few = await printed('put-keys', many(200));
      expect(few.documents.flatMap(({ Statement }) => Statement[0].Resource)).toHaveLength(402);
      const { documents, stderr } = await printed('put-keys', many(1_000));
      expect(documents[0]!.Statement[0].Resource).toEqual([
        'arn:aws:s3:::mail-keys-keys-*/dkim-certificates/*',
        'arn:aws:s3:::mail-keys-keys-*/dns_records/*',
      ]);
      expect(stderr).toContain('KEY_NOT_MADE_HERE');
    });
  });

  it('names no region and no account if the list has several regions', async () => {
    const { stdout } = await policy(['look'], `${LIST}  example.org: { region: us-east-1 }\n`);
    expect(JSON.parse(stdout).Statement[0].Resource).toEqual(['arn:aws:lambda:*:*:function:mail-keys:read']);
  });

  it('prints the policy of an existing bucket: keys for the function and for the principals in the list', async () => {
    const keyStore =
      '  keyStore: { bucket: { existing: ours }, readers: ["arn:aws:iam::123456789012:user/k"], writers: ["arn:aws:iam::123456789012:user/w"] }';
    const list = LIST.replace('  functionName: mail-keys', `  functionName: mail-keys\n${keyStore}`);
    const { stdout } = await policy(['key-store', '--account', '123456789012'], list);
    const unless = (user: string) => ({
      ArnNotLike: {
        'aws:PrincipalArn': [
          'arn:aws:iam::123456789012:role/mail-keys-ap-northeast-1',
          `arn:aws:iam::123456789012:user/${user}`,
        ],
      },
    });
    const [, reading, writing] = JSON.parse(stdout).Statement;
    expect(reading).toMatchObject({
      Effect: 'Deny',
      Action: ['s3:GetObject*', 's3:DeleteObjectVersion'],
      Resource: ['arn:aws:s3:::ours/dkim-certificates/*'],
      Condition: unless('k'),
    });
    expect(writing).toMatchObject({ Effect: 'Deny', Condition: unless('w') });
  });

  it('lets the functions of other regions read shared keys in a bucket’s policy', async () => {
    const list = `control: { keyStore: { bucket: { existing: "ours-{region}" } } }
defaults: { region: us-east-1, selector: s1 }
domains: { example.com: , example.com@eu-west-1: }
`;
    const args = ['key-store', '--account', '123456789012', '--region', 'us-east-1'];
    const { Statement } = JSON.parse((await policy(args, list)).stdout);
    const role = 'arn:aws:iam::123456789012:role/ses-byodkim-eu-west-1';
    expect(Statement[1].Condition.ArnNotLike['aws:PrincipalArn']).toContain(role);
    expect(Statement.at(-1)).toMatchObject({
      Condition: { ArnLike: { 'aws:PrincipalArn': role } },
      NotResource: expect.arrayContaining(['arn:aws:s3:::ours-us-east-1/dkim-certificates/example.com/*']),
    });
  });

  it('refuses to guess the account or the bucket in a bucket’s policy', async () => {
    for (const args of [['key-store'], ['key-store', '--account', '123456789012']]) {
      const { exitCode, stderr } = await policy(args);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('control.keyStore.bucket');
    }
  });

  it('refuses a malformed account', async () => {
    const { exitCode, stderr } = await policy(['look', '--account', '12']);
    expect(stderr).toContain('--account: found 12, expected 12 digits.');
    expect(exitCode).toBe(1);
  });
});
