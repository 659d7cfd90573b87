import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ERROR_CATALOGUE } from '../../handlers/error-catalogue';
import type { ErrorCode } from '../../handlers/errors';
import { describeWithAws } from '../../packages/sandbox/__tests__/support/aws-command';
import type { LambdaService } from '../../packages/sandbox/aws/services/lambda';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { aroundCall, betweenInvocations } from '../support/around-call';
import { Deployment, FUNCTION, passed } from '../support/deployment';
import { type DirectCode, refusals, SELECTOR } from '../support/refusals';
import { leaks } from '../support/secrets';

const FACTOR = 0.01;
/** The old runbook's payload, letter by letter. */
const payload = (domain: string) => ({
  action: 'update_ses_byodkim_automated',
  domain,
  selector: SELECTOR,
});

let deployment: Deployment;

/** A domain with a tagged identity on Easy DKIM, a key in S3 and its record in DNS: a call of it succeeds. */
async function ready(domain: string): Promise<void> {
  await deployment.ready(domain, SELECTOR);
  await deployment.createIdentity(domain);
}

const easy = { SigningAttributesOrigin: 'AWS_SES', SigningEnabled: true };
const own = {
  SigningAttributesOrigin: 'EXTERNAL',
  SigningEnabled: true,
  Status: 'SUCCESS',
  Tokens: [SELECTOR],
};

beforeAll(async () => {
  deployment = await Deployment.start({ lambda: { sleep: { factor: FACTOR } } });
  await passed(deployment.deployControl());
});
afterAll(() => deployment.close());

describe('the runbook’s call of the deployed function', () => {
  it('answers as the runbook says, and answers again without touching SES', async () => {
    const domain = 'example.com';
    await ready(domain);
    const before = deployment.sandbox.clock.now();
    const answer = await deployment.invoke(payload(domain));
    expect(Object.keys(answer).slice(0, 8)).toEqual([
      'statusCode',
      'message',
      'domain',
      'selector',
      'final_dkim_status',
      'signing_origin',
      'timestamp',
      'automation_type',
    ]);
    expect(answer).toMatchObject({
      statusCode: 200,
      message: 'SES BYODKIM update completed successfully',
      domain,
      selector: SELECTOR,
      final_dkim_status: 'SUCCESS',
      signing_origin: 'EXTERNAL',
      automation_type: 'lambda_extension',
      changed: true,
    });
    expect(Date.parse(answer.timestamp)).toBeGreaterThanOrEqual(before - 1000);
    expect(await deployment.dkim(domain)).toMatchObject(own);
    // Nobody else confirms it: it ended as wanted, so nothing waits to undo it.
    expect(deployment.armed(domain)).toEqual([]);

    expect(await deployment.invoke(payload(domain))).toMatchObject({ statusCode: 200, changed: false });
  });

  describeWithAws('from the aws command', ({ file }) =>
    it('works', async () => {
      const domain = 'cli.example.com';
      await ready(domain);
      const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-aws-'));
      try {
        const invoke = async (event: object): Promise<any> => {
          writeFileSync(path.join(folder, 'payload.json'), JSON.stringify(event));
          const args = ['lambda', 'invoke', '--function-name', FUNCTION, '--payload', 'fileb://payload.json'];
          await promisify(execFile)(file, [...args, 'answer.json'], {
            cwd: folder,
            env: { PATH: process.env.PATH, HOME: folder, ...deployment.sandbox.environment },
          });
          return JSON.parse(readFileSync(path.join(folder, 'answer.json'), 'utf8'));
        };
        expect(await invoke(payload(domain))).toMatchObject({
          statusCode: 200,
          final_dkim_status: 'SUCCESS',
        });
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
  );
});

describe('a refusal of a direct call', () => {
  const codes = (Object.keys(ERROR_CATALOGUE) as ErrorCode[]).filter(
    (code): code is DirectCode => code !== 'RECORD_STILL_NEEDED',
  );

  it.each(codes)('is %s, as JSON with its status, and SES is as it was', async (code) => {
    const domain = `${code.toLowerCase().replaceAll('_', '-')}.example.com`;
    const { by, event, fault, says } = refusals(deployment)[code];
    await ready(domain);
    await by(domain);
    const before = await deployment.dkim(domain);
    if (fault)
      deployment.sandbox.faults.add({ ...fault, resourceIncludes: domain.slice(0, domain.indexOf('.')) });
    try {
      const answer = await deployment.invoke({ ...payload(domain), ...event });
      expect(answer).toMatchObject({ statusCode: ERROR_CATALOGUE[code].status, error: code });
      expect(answer.message).toMatch(says);
      expect(leaks(JSON.stringify(answer), deployment.keyOf(SELECTOR))).toEqual([]);
    } finally {
      deployment.sandbox.faults.clear();
      deployment.dns.behave();
      deployment.sandbox.service<SesService>('ses').pace({ ending: 'asPublished' });
    }
    // What could not be put back is put back later.
    if (code === 'ROLLBACK_FAILED') await deployment.expire();
    expect(await deployment.dkim(domain)).toEqual(before);
    expect(deployment.armed(domain.slice(0, 21))).toEqual([]);
  });
});

describe('a direct call beside a stack', () => {
  const LIST = { selector: SELECTOR, identity: 'existing' };

  it('before it, between its signing and confirmation, and after it changes nothing of whose the state is: a destroy goes back to the baseline', async () => {
    const domain = 'beside.example.com';
    await ready(domain);
    const answers = [await deployment.invoke(payload(domain))];
    const stop = betweenInvocations(deployment.sandbox, async (event) => {
      if (['Signing', 'Confirmation'].includes(event.resource) && event.tf?.action === 'create')
        answers.push(await deployment.invoke(payload(domain)));
    });
    await passed(deployment.deploy(domain, LIST)).finally(stop);
    expect(answers).toMatchObject(Array(3).fill({ statusCode: 200, final_dkim_status: 'SUCCESS' }));
    await passed(deployment.plan(domain, LIST));
    expect(deployment.armed(domain)).toEqual([]);

    await passed(deployment.destroy(domain, LIST));
    expect(await deployment.dkim(domain)).toMatchObject(easy);
  });

  it('waits for an apply that is at work', async () => {
    const domain = 'at-work.example.com';
    await ready(domain);
    const { sandbox } = deployment;
    const lambda = sandbox.service<LambdaService>('lambda');
    // In real time, so that the lease does not run out while the call waits for it.
    lambda.configure({ sleep: 'real' });
    let call: Promise<any> | undefined;
    const ledgerIsRead = new Promise<void>((resolve) => {
      const stop = aroundCall(sandbox, 's3', 'GetObject', async (run, { Key }) => {
        if (call !== undefined && Key.includes('ledger') && Key.includes(domain)) {
          stop();
          resolve();
        }
        return run();
      });
    });
    const stop = aroundCall(sandbox, 'ses', 'PutEmailIdentityDkimSigningAttributes', async (run) => {
      if (call !== undefined) return run();
      call = deployment.invoke(payload(domain));
      await ledgerIsRead;
      return run();
    });
    try {
      await passed(deployment.deploy(domain, LIST));
      expect(await call).toMatchObject({ statusCode: 200, changed: false });
    } finally {
      stop();
      lambda.configure({ sleep: { factor: FACTOR } });
    }
    const puts = sandbox.calls.filter(
      ({ operation, resource }) =>
        operation === 'PutEmailIdentityDkimSigningAttributes' && resource.endsWith(`/${domain}`),
    );
    expect(puts).toHaveLength(1);
    await passed(deployment.plan(domain, LIST));
  });
});
