import { finding } from '../../../../handlers/audit/findings/finding';
import {
  type AuditReport,
  domainReport,
  readReport,
  writeReport,
} from '../../../../handlers/audit/findings/report';
import type { ObjectStore } from '../../../../handlers/aws/object-store';
import type { World } from '../../../../handlers/world';
import { UNPROVED } from '../../words/finding-examples';
import { auditReport } from '../report-example';

const world = {
  environment: { keyStoreBucket: 'keys' },
  redactor: { redactValue: <T>(value: T): T => value },
} as unknown as World;

/** Of domains whose record one of two name servers has lost. */
const report = (domains: number): AuditReport =>
  auditReport(
    Array.from({ length: domains }, (_, at) =>
      domainReport(
        { domain: `d${at}.example`, region: 'ap-northeast-1' },
        {
          selector: 's1',
          findings: [
            finding('RECORD_MISSING', UNPROVED),
            finding('NOT_VERIFIED', { selector: 's1', status: 'FAILED', lastLook: {} }),
          ],
        },
      ),
    ),
  );

async function writtenAndRead(value: AuditReport): Promise<AuditReport> {
  let body = new Uint8Array();
  const store = {
    put: async (_: unknown, text: string) => {
      body = Buffer.from(text);
      return { etag: '1' };
    },
    get: async (_: unknown, most: number) => {
      if (body.byteLength > most) throw new Error(`expected at most ${most} bytes, found ${body.byteLength}`);
      return { body, etag: '1' };
    },
  } as unknown as ObjectStore;
  await writeReport(world, store, { value, etag: null });
  return (await readReport(store, 'keys', value.object)).value;
}

test('a report on 10,000 broken domains is read as it was written', async () => {
  const value = report(10_000);
  expect(JSON.stringify(await writtenAndRead(value))).toBe(JSON.stringify(value));
});
