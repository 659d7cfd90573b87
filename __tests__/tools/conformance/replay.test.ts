import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import { startSandbox } from '../../../packages/sandbox/aws/sandbox';
import type { SendingMeanwhile } from '../../../packages/sandbox/contract/sending';
import { startDnsServer } from '../../../packages/sandbox/dns/server';
import { openClients } from '../../../tools/conformance/account';
import { Recorder } from '../../../tools/conformance/recorder';
import type { Finding, Recording, SendingRow } from '../../../tools/conformance/recording';
import { replaySending } from '../../../tools/conformance/replay';
import { probeSending, sendingFindings } from '../../../tools/conformance/sending';
import { probeExpression } from '../../../tools/conformance/side-probes';

const MINUTE_MS = 60_000;
/** Where a recording of an account goes. */
const RECORDED = path.join(PROJECT_ROOT, 'packages/sandbox/__tests__/recorded/conformance');

/** Asks a sandbox, as a conformance run does. */
async function record(sendingMeanwhile: SendingMeanwhile): Promise<SendingRow[]> {
  const domain = 'test.example.com';
  const dns = await startDnsServer({ zones: { [domain]: {} } });
  const sandbox = await startSandbox({
    dns: [dns.address],
    sesRequestsPerSecond: Number.POSITIVE_INFINITY,
    sesVerification: { sendingMeanwhile, delayMs: 2 * MINUTE_MS },
  });
  const { region, url: endpoint, clock, credentials } = sandbox;
  const ses = new SESv2Client({ region, endpoint, credentials: credentials.admin });
  const rows: SendingRow[] = [];
  try {
    await probeSending(
      {
        ses,
        domain,
        publish: async (name, value) => {
          dns.setTxt(name, value);
          return dns.address;
        },
        later: (minutes) => clock.advance(minutes * MINUTE_MS),
        now: clock.now,
      },
      (row) => rows.push(row),
    );
    const { EmailIdentities } = await sandbox.call('ses', 'ListEmailIdentities', {});
    expect(EmailIdentities).toEqual([]);
  } finally {
    ses.destroy();
    await sandbox.close();
    await dns.close();
  }
  return rows;
}

describe.each([
  ['refused', 'allowed'],
  ['allowed', 'refused'],
] as const)('mail during changes, recorded where it is %s,', (reading, other) => {
  let rows: SendingRow[];
  beforeAll(async () => {
    rows = await record(reading);
  });

  it('says so for the same key again, and for a new key', () => {
    const answers = sendingFindings(rows).map(({ answer }) => answer.split(':')[0]);
    expect(answers).toEqual([reading, reading]);
  });

  it('is replayed without a difference where the sandbox has the same reading', async () => {
    expect(await replaySending(rows, reading)).toEqual([]);
  });

  it('differs under the other reading, while SES verifies both later changes, by the answer and the field', async () => {
    const differences = await replaySending(rows, other);
    const unverified = rows.filter(({ change, dkim }) => change !== 'first key' && dkim !== 'SUCCESS');
    expect(unverified.length).toBeGreaterThan(0);
    expect(differences).toEqual(
      unverified.flatMap(({ change, seconds, answer, verifiedForSending }) => [
        {
          change,
          seconds,
          what: 'answer',
          recorded: answer,
          sandbox: reading === 'refused' ? 'sent' : 'MessageRejected',
        },
        {
          change,
          seconds,
          what: 'verifiedForSending',
          recorded: verifiedForSending,
          sandbox: !verifiedForSending,
        },
      ]),
    );
  });
});

/** Asks a sandbox for the value of the audit alarm's expression, as a conformance run does. */
async function askAboutExpression(): Promise<Finding> {
  const sandbox = await startSandbox();
  const before = { ...process.env };
  Object.assign(process.env, sandbox.environment);
  try {
    const { region, clock } = sandbox;
    const clients = openClients(region, new Recorder(() => ({})));
    return await probeExpression({ clients, region, now: clock.now });
  } finally {
    process.env = before;
    await sandbox.close();
  }
}

test('the expression of audit-overdue counts a day without an audit as 0', async () => {
  expect((await askAboutExpression()).answer).toBe('it has the values 0, 0, 0, 0');
});

describe('the recordings of accounts', () => {
  const files = existsSync(RECORDED) ? readdirSync(RECORDED) : [];

  it('are answered alike by the sandbox under one of both readings', async () => {
    for (const file of files) {
      const { sending } = JSON.parse(readFileSync(path.join(RECORDED, file), 'utf8')) as Recording;
      const under = await Promise.all([replaySending(sending, 'refused'), replaySending(sending, 'allowed')]);
      expect({ file, differences: under.sort((a, b) => a.length - b.length)[0] }).toEqual({
        file,
        differences: [],
      });
    }
  });

  it('have the value that the sandbox computes for the expression of audit-overdue', async () => {
    const { question, answer } = await askAboutExpression();
    for (const file of files) {
      const { findings } = JSON.parse(readFileSync(path.join(RECORDED, file), 'utf8')) as Recording;
      const asked = findings.filter(
        (each) => each.question === question && !/^not answered/.test(each.answer),
      );
      for (const recorded of asked) expect({ file, ...recorded }).toEqual({ file, question, answer });
    }
  });
});
