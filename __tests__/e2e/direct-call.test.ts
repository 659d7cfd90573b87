import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ERROR_CATALOGUE } from '../../handlers/error-catalogue';
import type { ErrorCode } from '../../handlers/errors';
import { describeWithAws } from '../../packages/sandbox/__tests__/support/aws-command';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
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
    // What could not be rolled back is rolled back later.
    if (code === 'ROLLBACK_FAILED') await deployment.expire();
    expect(await deployment.dkim(domain)).toEqual(before);
    expect(deployment.armed(domain.slice(0, 21))).toEqual([]);
  });
});

describe('a direct call beside a stack', () => {});
