import type { Deployment } from '../../../cli/deploy/deployment';
import { answerOf, withAnswers } from '../../../cli/deploy/known-facts';
import { CliError } from '../../../cli/errors/cli-error';
import type { FunctionCall } from '../../../cli/world/world';
import type { KnownDomain } from '../../../handlers/reports/known-domain';
import { parseDomainList } from '../../../list/read-list';

const LIST = parseDomainList(
  'defaults: { region: eu-west-1, selector: s1 }\ndomains: { example.com:, example.org: }\n',
  'domains.yaml',
);
const STACKS = ['example.com', 'example.org'];
const BEFORE = new Map([['example.com', { selector: 'before' } as KnownDomain]]);

/** Asks about both entries, with an answer before for the first one. */
async function asked({
  known = BEFORE as ReadonlyMap<string, KnownDomain | CliError>,
  fails = false,
  interrupts = false,
} = {}) {
  const calls: string[][] = [];
  const controller = new AbortController();
  const { signal } = controller;
  const invoke = async ({ payload }: FunctionCall) => {
    const { domains } = payload as { domains: string[] };
    calls.push(domains);
    if (interrupts) controller.abort();
    if (fails || interrupts) throw new Error('it broke');
    return { payload: { statusCode: 200, domains: domains.map(() => ({ selector: 'now' })) } };
  };
  const deployment = { cli: { world: { invoke, signal } }, list: LIST, signal } as unknown as Deployment;
  const answers = await withAnswers(deployment, known, STACKS);
  return { calls, selectors: STACKS.map((stack) => answerOf(answers, stack)?.selector) };
}

test('an entry is not asked about again', async () => {
  expect(await asked()).toEqual({ calls: [['example.org']], selectors: ['before', 'now'] });
});

test('no function is asked if there is an answer for each entry', async () => {
  const known = new Map(STACKS.map((stack) => [stack, { selector: 'before' } as KnownDomain]));
  expect(await asked({ known })).toEqual({ calls: [], selectors: ['before', 'before'] });
});

test('an entry is asked about again if its function did not answer', async () => {
  const known = new Map([['example.com', new CliError('ACCESS_DENIED', { message: 'no' })]]);
  expect(await asked({ known })).toEqual({ calls: [STACKS], selectors: ['now', 'now'] });
});

test.each([
  ['does not answer', { fails: true }],
  ['is interrupted', { interrupts: true }],
])('the earlier answers stay if the function %s', async (_, fault) => {
  expect((await asked(fault)).selectors).toEqual(['before', undefined]);
});
