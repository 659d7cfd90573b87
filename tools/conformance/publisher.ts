import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ChangeResourceRecordSetsCommand, GetChangeCommand } from '@aws-sdk/client-route-53';
import type { Clients } from './account';

/** An MX value starts with the preference. Names in a value have no dot at the end. */
export type RecordType = 'TXT' | 'MX' | 'CNAME';

/** Publishes records, in Route 53 or through a person. */
export interface Publisher {
  /**
   * Publishes a record and returns its place.
   * @param type TXT if it is omitted
   */
  publish(name: string, value: string, type?: RecordType): Promise<string>;
  /** Withdraws the published records. */
  clear(): Promise<void>;
}

const STRING_LENGTH = 255;
const TTL_SECONDS = 60;

/**
 * Publishes in a zone of Route 53. It writes a record to the disk before DNS has it, so that the next run can withdraw
 * the records of an interrupted one.
 */
export function route53Publisher(
  { route53 }: Clients,
  zoneId: string,
  folder: string,
  wait: (minutes: number) => Promise<void>,
): Publisher {
  const file = path.join(folder, 'records.json');
  const published = new Map<string, Published>(
    existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [],
  );
  const keep = () => writeFileSync(file, JSON.stringify([...published]));
  const change = async (action: 'UPSERT' | 'DELETE', { name, value, type }: Published) => {
    const record = {
      Name: name,
      Type: type,
      TTL: TTL_SECONDS,
      ResourceRecords: [{ Value: type === 'TXT' ? quoted(value) : value }],
    };
    const { ChangeInfo } = await route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        ChangeBatch: { Changes: [{ Action: action, ResourceRecordSet: record }] },
      }),
    );
    for (let tries = 0; tries < 10; tries++) {
      const { ChangeInfo: now } = await route53.send(new GetChangeCommand({ Id: ChangeInfo!.Id! }));
      if (now?.Status === 'INSYNC') return;
      await wait(0.5);
    }
  };
  return {
    async publish(name, value, type = 'TXT') {
      const record = { name, value, type };
      published.set(`${type} ${name}`, record);
      keep();
      await change('UPSERT', record);
      return `the hosted zone ${zoneId}`;
    },
    async clear() {
      for (const [key, record] of published) {
        await change('DELETE', record).catch((error: Error) => {
          // The record was never published, or has been withdrawn already.
          if (error.name !== 'InvalidChangeBatch') throw error;
        });
        published.delete(key);
        keep();
      }
    },
  };
}

/** A record that a run has published. */
interface Published {
  readonly name: string;
  readonly value: string;
  readonly type: RecordType;
}

/** Formats a TXT value as strings in quotation marks. */
const quoted = (value: string): string =>
  (value.match(new RegExp(`.{1,${STRING_LENGTH}}`, 'g')) ?? []).map((each) => `"${each}"`).join(' ');

/** Publishes through a person, who sees the record and confirms that it is published. The gate checks for itself. */
export function personPublisher(
  say: (text: string) => void,
  ask: (question: string) => Promise<void>,
): Publisher {
  return {
    async publish(name, value, type = 'TXT') {
      say(`Publish this record now:\n  ${name}  ${type}  ${type === 'TXT' ? `"${value}"` : value}`);
      await ask('Press Enter when it is published. ');
      return 'the zone';
    },
    async clear() {
      say('The records that you published for this run may go.');
    },
  };
}
