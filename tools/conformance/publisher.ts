import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ChangeResourceRecordSetsCommand, GetChangeCommand } from '@aws-sdk/client-route-53';
import type { Clients } from './account';

/** MX with the preference; of the names in a value without a dot at the end. */
export type RecordType = 'TXT' | 'MX' | 'CNAME';

/** Publishes records: Route 53, or a person. */
export interface Publisher {
  /** Publishes a record and tells where. @param type TXT if it is left out */
  publish(name: string, value: string, type?: RecordType): Promise<string>;
  /** Takes back what was published. */
  clear(): Promise<void>;
}

const STRING_LENGTH = 255;
const TTL_SECONDS = 60;

/**
 * In a zone of Route 53. What a run publishes is on the disk before it is in DNS: the next run takes back what an interrupted
 * one left.
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
          // Never published, or gone already.
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

/** Returns a TXT value as strings in quotation marks. */
const quoted = (value: string): string =>
  (value.match(new RegExp(`.{1,${STRING_LENGTH}}`, 'g')) ?? []).map((each) => `"${each}"`).join(' ');

/** By a person, who is shown the record and says when it is there. The gate looks for itself. */
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
