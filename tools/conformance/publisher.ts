import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ChangeResourceRecordSetsCommand, GetChangeCommand } from '@aws-sdk/client-route-53';
import type { Clients } from './account';

/** Publishes records: Route 53, or a person. */
export interface Publisher {
  /** Publishes a TXT record and tells where. */
  publish(name: string, value: string): Promise<string>;
  /** Takes back what was published. */
  clear(): Promise<void>;
}

const STRING_LENGTH = 255;
const TTL_SECONDS = 60;

/** In a zone of Route 53. */
export function route53Publisher(
  { route53 }: Clients,
  zoneId: string,
  published: PublishedRecords,
  wait: (minutes: number) => Promise<void>,
): Publisher {
  const change = async (action: 'UPSERT' | 'DELETE', name: string, value: string) => {
    const strings = value.match(new RegExp(`.{1,${STRING_LENGTH}}`, 'g')) ?? [];
    const record = {
      Name: name,
      Type: 'TXT' as const,
      TTL: TTL_SECONDS,
      ResourceRecords: [{ Value: strings.map((each) => `"${each}"`).join(' ') }],
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
    async publish(name, value) {
      published.add(name, value);
      await change('UPSERT', name, value);
      return `the hosted zone ${zoneId}`;
    },
    async clear() {
      for (const [name, value] of published.all()) {
        await change('DELETE', name, value).catch((error: Error) => {
          // Never published, or gone already.
          if (error.name !== 'InvalidChangeBatch') throw error;
        });
        published.remove(name);
      }
    },
  };
}

/** By a person, who is shown the record and says when it is there. The gate looks for itself. */
export function personPublisher(
  say: (text: string) => void,
  ask: (question: string) => Promise<void>,
): Publisher {
  return {
    async publish(name, value) {
      say(`Publish this record now:\n  ${name}  TXT  "${value}"`);
      await ask('Press Enter when it is published. ');
      return 'the zone';
    },
    async clear() {
      say('The TXT records that you published for this run may go.');
    },
  };
}

/** What a run has published, on the disk before it is in DNS: the next run takes back what an interrupted one left. */
export class PublishedRecords {
  private readonly file: string;
  private readonly values: Map<string, string>;

  constructor(folder: string) {
    this.file = path.join(folder, 'records.json');
    this.values = new Map<string, string>(
      existsSync(this.file) ? JSON.parse(readFileSync(this.file, 'utf8')) : [],
    );
  }

  /** Name and value of each. */
  all(): (readonly [string, string])[] {
    return [...this.values];
  }

  add(name: string, value: string): void {
    this.values.set(name, value);
    this.keep();
  }

  remove(name: string): void {
    this.values.delete(name);
    this.keep();
  }

  private keep(): void {
    writeFileSync(this.file, JSON.stringify([...this.values]));
  }
}
