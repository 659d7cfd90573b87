import { execFileSync, spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { publicKeyOf } from '../../../handlers/keys/format/public-key';
import type { Restoration } from '../../../handlers/ledger/ledger';
import { manualCommands } from '../../../handlers/notices/aws-commands';
import { adviceOf } from '../../../handlers/words/errors';
import { useFolder } from '../../support/folder';
import { testKey } from '../../support/world';

const place = { domain: 'example.com', region: 'ap-northeast-1' };
const reference = { bucket: 'key-store', key: 'a/s1/private_key.pem', etag: '"x"', fingerprint: 'SHA256:x' };
const byodkim = (key: Partial<typeof reference & { versionId: string }> = {}): Restoration => ({
  kind: 'byodkim',
  selector: 's1',
  key: { ...reference, ...key },
});
const IDENTITY = '--email-identity example.com --region ap-northeast-1';
const EASY_DKIM = `aws sesv2 put-email-identity-dkim-signing-attributes ${IDENTITY} --signing-attributes-origin AWS_SES`;

const folder = useFolder();

/** Stands for the AWS CLI: records its arguments and its input, and answers as the real one does. */
const STAND_IN = `#!/bin/sh
for word in "$@"; do printf '[%s]' "$word" >> "$LOG"; done
echo >> "$LOG"
case "$*" in
  *get-object*) for last in "$@"; do :; done; cat "$PEM" > "$last"; echo '{ "ContentLength": 1 }' ;;
  *file:///dev/stdin*) cat >> "$LOG"; echo >> "$LOG"; echo '{}' ;;
esac
`;

/** Runs the commands as a person would: pasted into a shell. */
function run(commands: readonly string[], pem: string, shell = 'sh'): { log: string[]; printed: string } {
  fs.writeFileSync(path.join(folder(), 'aws'), STAND_IN, { mode: 0o755 });
  fs.writeFileSync(path.join(folder(), 'key.pem'), pem);
  const log = path.join(folder(), 'log');
  const env = {
    PATH: `${folder()}:${process.env.PATH}`,
    LOG: log,
    PEM: path.join(folder(), 'key.pem'),
  };
  const printed = execFileSync(shell, ['-c', `${commands.join(' && ')}; echo left: $KEY`], {
    env,
    encoding: 'utf8',
  });
  return { log: fs.readFileSync(log, 'utf8').trim().split('\n'), printed };
}

const keyOf = (line: string | undefined): string => line?.split('DomainSigningPrivateKey=')[1] ?? '';
const publicHalf = (der: string): string => {
  const key = createPrivateKey({ key: Buffer.from(der, 'base64'), format: 'der', type: 'pkcs1' });
  // OpenSSL reads PKCS#8 as PKCS#1 without a word.
  expect(key.export({ type: 'pkcs1', format: 'der' }).toString('base64')).toBe(der);
  return publicKeyOf(key).spki;
};

/** A fresh machine has none. */
const withOpenssl = spawnSync('openssl', ['version']).status === 0 ? test : test.skip;

test('repairs a failed rollback with the function first, and needs the key only if a command reads it', () => {
  const adviceFor = (restoration: Restoration): readonly string[] =>
    adviceOf('ROLLBACK_FAILED', {
      commands: manualCommands(place, { restoration, enabled: true }),
    } as never).split('\n');
  const retry = 'Roll back again: byodkim revert <domain> --yes';
  expect(adviceFor({ kind: 'easy-dkim' }).slice(0, 2)).toEqual([
    retry,
    'If that fails, restore SES manually:',
  ]);
  expect(adviceFor(byodkim()).slice(0, 2)).toEqual([
    retry,
    'If that fails, restore SES manually (needs a principal named in control.keyStore.readers):',
  ]);
});

test.each<[string, Restoration, boolean, string, string[]]>([
  ['Easy DKIM with signing on', { kind: 'easy-dkim' }, true, '--signing-enabled', [EASY_DKIM]],
  ['Easy DKIM with signing off', { kind: 'easy-dkim' }, false, '--no-signing-enabled', [EASY_DKIM]],
  ['a state that cannot be restored', { kind: 'disable', reason: 'gone' }, true, '--no-signing-enabled', []],
])('%s', (_, restoration, enabled, flag, first) => {
  expect(manualCommands(place, { restoration, enabled })).toEqual([
    ...first,
    `aws sesv2 put-email-identity-dkim-attributes ${IDENTITY} ${flag}`,
    `aws sesv2 get-email-identity ${IDENTITY} --query DkimAttributes`,
  ]);
});

withOpenssl.each([
  ['as OpenSSL writes it', (pem: string) => pem],
  ['without a line break at its end', (pem: string) => pem.trimEnd()],
  ['with Windows line breaks', (pem: string) => pem.replaceAll('\n', '\r\n')],
])('BYODKIM: the commands run in a shell, and SES gets the key, %s', (_, form) => {
  const key = testKey('s1');
  const commands = manualCommands(place, { restoration: byodkim({ versionId: 'v1' }), enabled: true });

  const { log, printed } = run(commands, form(key.pem));

  expect(log[0]).toBe(
    '[s3api][get-object][--bucket][key-store][--key][a/s1/private_key.pem][--version-id][v1][/dev/fd/3]',
  );
  expect(log[1]).toBe(
    '[sesv2][put-email-identity-dkim-signing-attributes][--email-identity][example.com][--region][ap-northeast-1]' +
      '[--signing-attributes-origin][EXTERNAL][--signing-attributes][file:///dev/stdin]',
  );
  expect(log[2]).toMatch(/^DomainSigningSelector=s1,DomainSigningPrivateKey=[A-Za-z0-9+/]+={0,2}$/);
  expect(publicHalf(keyOf(log[2]))).toBe(key.publicKey.spki);
  expect(printed).toBe('{}\nleft:\n');
});

withOpenssl('a key at an awkward place is still one word', () => {
  const key = "keys/it's mine; $(rm) `x`.pem";
  const commands = manualCommands(place, { restoration: byodkim({ key }), enabled: true });

  expect(run(commands, testKey('s1').pem).log[0]).toContain(`[--key][${key}]`);
});

test('contain no double quote and no backslash, so that they can be copied out of JSON', () => {
  for (const restoration of [byodkim({ versionId: 'v1' }), { kind: 'easy-dkim' } as const])
    for (const command of manualCommands(place, { restoration, enabled: true }))
      expect(JSON.stringify(command)).toBe(`"${command}"`);
});
