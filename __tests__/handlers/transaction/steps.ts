import type { IdentityStart } from '../../support/world/identities';
import * as setup from './support';

export type Given = ReturnType<typeof setup.given>;
/** One thing that happens to a domain. Its answer, or its error's code, is held against `expected` where that is given. */
export type Step = (given: Given) => unknown;

const answers =
  (run: (given: Given) => Promise<unknown>, expected?: object): Step =>
  async (given) => {
    const answer = await run(given);
    if (expected) expect(answer).toMatchObject(expected);
  };

export const inTurn =
  (...steps: readonly Step[]): Step =>
  async (given) => {
    for (const step of steps) await step(given);
  };

export const sign = (transaction: string, selector: string, fields = {}, expected?: object): Step =>
  answers(({ stack }) => stack.signing(transaction, selector, fields), expected);
export const confirm = (transaction: string, selector: string, expected?: object, fields = {}): Step =>
  answers(({ stack }) => stack.confirmation(transaction, selector, fields), expected);
export const apply = (transaction: string, selector: string): Step =>
  inTurn(sign(transaction, selector), confirm(transaction, selector));
export const claim = (id?: string): Step => answers(({ stack }) => stack.claim(id));
/** The delete of a `Baseline`. */
export const destroy = (expected?: object, id?: string): Step =>
  answers(({ stack }) => stack.destroy(id), expected);
/** Somebody restores the ledger as it was so many writes ago. */
export const restoreLedger =
  (back: number): Step =>
  ({ cloud }) =>
    setup.restoreLedger(cloud, back);
export const call = (selector: string, expected?: object): Step =>
  answers(({ cloud }) => setup.direct(cloud, selector), expected);
export const byHand = (action: 'confirm' | 'revert', expected?: object): Step =>
  answers(({ cloud }) => cloud.invoke({ action, domain: setup.DOMAIN }), expected);
/** The direct call that removes a domain without a stack. */
export const remove = (expected?: object): Step =>
  answers(({ cloud }) => cloud.invoke({ action: 'remove', domain: setup.DOMAIN }), expected);
/** Every schedule fires, the last included. */
export const fire: Step = ({ cloud }) => cloud.fireAll();
/** SES looks into DNS. */
export const verify: Step = ({ cloud }) => setup.verify(cloud);

/** Somebody sets SES by hand; with the defaults of an identity. */
export const set =
  (state: IdentityStart = {}): Step =>
  ({ cloud }) =>
    cloud.ses.give(setup.DOMAIN, state);
/** Somebody changes what SES has. */
export const tamper =
  (state: IdentityStart): Step =>
  ({ cloud }) =>
    cloud.ses.tamper(setup.DOMAIN, state);
export const switchedOff = tamper({ enabled: false });
export const verifiesAfter =
  (seconds: number): Step =>
  ({ cloud }) =>
    Object.assign(cloud.ses, { verifySeconds: seconds });
export const neverVerifies = verifiesAfter(Number.POSITIVE_INFINITY);

export const killed =
  (step: Step, action: string, when: 'before' | 'after', nth = 1): Step =>
  async (given) => {
    given.cloud.calls.addFault(setup.kill(action, when, nth));
    await setup.killed(Promise.resolve(step(given)));
    given.cloud.calls.clearFaults();
  };
export const failsWith =
  (step: Step, code?: string): Step =>
  async (given) => {
    const failure = await setup.failure(Promise.resolve(step(given)));
    if (code) expect(failure.code).toBe(code);
  };

/** Plays the steps, and expects that SES ends with that, verified, and that nothing of ours is left waiting. */
export async function expectEnd(steps: Step, end: string, ledger: object = {}): Promise<void> {
  const given = setup.given();
  await steps(given);
  await setup.expectEnded(given.cloud, end, ledger);
}
