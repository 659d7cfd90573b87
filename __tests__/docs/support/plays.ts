import type { SnsService } from '../../../packages/sandbox/aws/services/sns';
import { sandboxClient } from '../../../packages/terraform/cli/client';
import { Person } from '../../support/people';
import type { Desk } from './desk';

const HALF_A_MINUTE_MS = 30_000;

/** Plays what other people do while somebody follows a page. */
type Play = (desk: Desk) => Promise<void>;

const ask = ({ practice }: Desk, path: string, body: object) =>
  sandboxClient(practice.environment).ask('PUT', path, body);

/** The plays, by their names in the notes of the pages. */
export const PLAYS: Readonly<Record<string, Play>> = {
  'the role mail-keys exists': async (desk) => {
    const { sandbox } = desk.practice;
    desk.people['mail-keys'] = await Person.of(sandbox, 'put-keys', desk.list, 'mail-keys');
  },

  'signed in as mail-keys': async (desk) => {
    desk.variables = desk.people['mail-keys']!.environment;
    desk.atEndOfBlock(() => {
      desk.variables = {};
    });
  },

  'everybody clicks the link': async (desk) => {
    const topics = desk.practice.sandbox.service<SnsService>('sns').topics();
    const endpoints = new Set(
      topics.flatMap(({ subscriptions }) => [...subscriptions.values()].map(({ endpoint }) => endpoint)),
    );
    if (endpoints.size === 0) throw new Error('Nobody has got a mail.');
    for (const endpoint of endpoints) await ask(desk, 'subscriptions/confirm', { endpoint });
  },

  'time passes': async (desk) => {
    const { clock } = desk.practice.sandbox;
    const timer = setInterval(() => void clock.advance(HALF_A_MINUTE_MS), 250);
    desk.atEndOfBlock(() => clearInterval(timer));
  },

  /** The DNS team has got what the block above has printed. */
  'the DNS team publishes the record': async (desk) => {
    const records = [...desk.printed.matchAll(/^Name +(\S+)\nType +(\w+)\n(?:TTL .*\n)?Value +(.+)$/gm)];
    if (records.length === 0) throw new Error(`No record was printed:\n${desk.printed}`);
    for (const [, name, type, value] of records)
      await ask(desk, 'dns/records', { name, type, values: [value] });
  },
};
