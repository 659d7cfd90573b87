import assert from 'node:assert/strict';
import { ACTIONS, privateKeyObject, READ_ONLY_ALIAS } from '../../handlers/contract/contract';
import { controlStackId } from '../../list/domain-list';
import { byodkim } from './byodkim';
import { type DomainKey, makeKey } from './keys';
import type { Narrator } from './narrator';
import { type Dkim, type Stage, untilVerified } from './stage';

/** How long SES takes to verify a key in a rotation, where that can be set. */
const SES_MINUTES = 5;

/**
 * Plays the life of one domain: from nothing to signed mail, through a failure and a rotation, and back to nothing.
 */
export async function play(stage: Stage, narrator: Narrator): Promise<void> {
  const { domain, region, bucket } = stage;
  const control = controlStackId(region);
  const deploy = ['deploy', domain];
  const revertsAfter = stage.confirmTimeoutMinutes + 2;
  /** @param selector the expected selector of the signature; `null` for mail that is unsigned or refused */
  const send = async (when: string, selector: string | null) => {
    const mail = await stage.mail?.();
    if (mail === undefined) return;
    narrator.received(when, mail);
    assert.equal(
      mail.verifiedBy,
      selector,
      `a message sent ${when} must be signed by ${selector ?? 'no selector'}`,
    );
  };
  const keys = {} as Record<'s1' | 's2', DomainKey>;
  const mailFrom = stage.publishMailFrom && { mailFrom: { subdomain: 'bounce' } };

  await narrator.step('Deploy the control stack: function, key store, scheduler', async (show) => {
    show(`the reviewed list:\n${stage.writeList({ selector: 's1' })}`.trimEnd());
    const deployed = byodkim(stage, ['deploy', control], show);
    // Starts in parallel with the command.
    Object.assign(keys, { s1: makeKey('pkcs1'), s2: makeKey('pkcs8') });
    passed(await deployed);
    return 'the function runs in its own process, under the policies of this stack';
  });

  await narrator.step('Put the domain owner’s keys into S3, as in the runbook', async (show) => {
    for (const selector of ['s1', 's2'] as const) {
      await stage.storeKey(selector, keys[selector]);
      show(`s3://${bucket}/${privateKeyObject(domain, selector)}`);
    }
    return 'two RSA-2048 keys, PKCS#1 and PKCS#8, their DNS information beside them';
  });

  await narrator.step('Deploy before the DNS team has published the record', async (show) => {
    const { exitCode, output } = await byodkim(stage, deploy, show);
    assert.notEqual(exitCode, 0, 'the deploy must be refused');
    assert.match(output, /DNS_TXT_NOT_READY/);
    assert.equal(await stage.dkim(), null, 'SES must not have been touched');
    await send('before', null);
    return 'refused with DNS_TXT_NOT_READY; SES has no identity, nothing was touched';
  });

  await narrator.step('Publish the record, deploy again', async (show) => {
    const place = await stage.publish('s1', keys.s1);
    show(`${place} now has s1._domainkey.${domain}`);
    passed(await byodkim(stage, deploy, show));
    const verified = await untilVerified(stage);
    await send('after it', 's1');
    return signedWith(verified, 's1');
  });

  await narrator.step('Plan again', async (show) => {
    const { output } = passed(await byodkim(stage, ['diff', domain], show));
    assert.ok(output.includes(`${domain}  unchanged: no changes`));
    return 'no changes: applying twice is applying once';
  });

  if (stage.reader) {
    const { reader } = stage;
    await narrator.step('Let a reviewer read everything, and try to change something', async (show) => {
      const reviewer = await reader.call(stage);
      show(
        `a role with the policy that \`byodkim policy look\` prints\n$ byodkim status\n${await reviewer.run('status')}`,
      );
      const change = { action: ACTIONS.update, domain, selector: 's2' };
      const byAlias = await reviewer.refusal(change, READ_ONLY_ALIAS);
      show(`${change.action} through the function's read-only alias: ${byAlias}`);
      const byName = await reviewer.refusal(change);
      show(`${change.action} by the function's own name: ${byName}`);
      assert.deepEqual([byAlias, byName], ['NOT_ALLOWED', 'AccessDeniedException']);
      return `reads everything; a change is refused by the read-only alias (${byAlias}), and by IAM at the function's own name (${byName})`;
    });
  }

  await narrator.step(
    'Rotate to s2, in a stack that fails after signing (a role that does not exist)',
    async (show) => {
      await stage.publish('s2', keys.s2);
      if (stage.publishMailFrom)
        show(`${await stage.publishMailFrom('bounce')} now has MX and SPF of bounce.${domain}`);
      stage.writeList({ selector: 's2', sendEmailRoles: ['mailer-with-a-typo'], ...mailFrom });
      stage.slowDown?.(SES_MINUTES);
      const { exitCode } = await byodkim(stage, deploy, show);
      assert.notEqual(exitCode, 0, 'the deploy must fail');
      show(`right after the failure: ${setTo(await stage.dkim(), 's2')}; it is not confirmed`);
      await send('while SES verifies', null);
      stage.slowDown?.(0);
      await stage.later(revertsAfter);
      const reverted = await untilVerified(stage);
      await send('after the revert', 's1');
      return `${revertsAfter} minutes later the armed revert has fired: ${signedWith(reverted, 's1')}`;
    },
  );

  await narrator.step('Fix the list, deploy again', async (show) => {
    stage.writeList({ selector: 's2', ...mailFrom });
    stage.slowDown?.(SES_MINUTES);
    const { exitCode, output } = await byodkim(stage, [...deploy, '--wait', '0'], show);
    // 2: SES has not verified yet.
    assert.ok(exitCode === 0 || exitCode === 2, output);
    // By now SES uses the MAIL FROM domain, so mail passes DMARC by SPF, if SES sends it.
    await send('while SES verifies', null);
    await stage.later(revertsAfter);
    const verified = await untilVerified(stage);
    await send('after the rotation', 's2');
    return `rotated and confirmed: ${signedWith(verified, 's2')}`;
  });

  await narrator.step('Destroy', async (show) => {
    passed(await byodkim(stage, ['destroy', domain, '--yes'], show));
    assert.equal(await stage.dkim(), null);
    return 'BYODKIM rolled back, then the identity that this stack had made removed';
  });
}

function passed<T extends { exitCode: number; output: string }>(outcome: T): T {
  if (outcome.exitCode === 0) return outcome;
  throw new Error(`byodkim ended with ${outcome.exitCode}:\n${outcome.output}`);
}

function signedWith(dkim: Dkim | null, selector: string): string {
  const text = setTo(dkim, selector);
  assert.equal(dkim?.Status, 'SUCCESS');
  return text;
}

/** Formats the settings in SES, whether or not it has verified them. */
function setTo(dkim: Dkim | null, selector: string): string {
  assert.ok(dkim, 'SES must have the identity');
  const { SigningAttributesOrigin: origin, Status: status, SigningEnabled: enabled, Tokens: tokens } = dkim;
  assert.deepEqual({ origin, enabled, tokens }, { origin: 'EXTERNAL', enabled: true, tokens: [selector] });
  return `SES says ${status}, origin ${origin}, selector ${selector}`;
}
