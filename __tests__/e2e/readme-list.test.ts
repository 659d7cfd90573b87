import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { dnsRecordObject, privateKeyObject, recordValue } from '../../handlers/contract';
import { DEFAULT_LIST } from '../../list/domain-list';
import { Deployment, makeKey, passed } from '../support/deployment';
import { hostZone } from '../support/route53';

it('the list of the repository deploys once its zone is replaced', async () => {
  const { control, domains } = parse(readFileSync(path.join(PROJECT_ROOT, DEFAULT_LIST), 'utf8'));
  const { bucket } = control.keyStore;
  const deployment = await Deployment.start({}, { ...control, keyStore: { bucket, protect: false } });
  try {
    const { sandbox } = deployment;
    await passed(deployment.deployControl());
    const [key, selector] = [makeKey(), domains['example.com'].selector];
    const objects = {
      [privateKeyObject('example.com', selector)]: key.privateKey,
      [dnsRecordObject('example.com', selector)]: JSON.stringify({ value: recordValue(key.publicKey) }),
    };
    const Bucket = bucket.replace('{region}', 'ap-northeast-1');
    for (const [Key, body] of Object.entries(objects))
      await sandbox.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from(body) });
    deployment.publish('example.com', selector, key);
    const hostedZoneId = await hostZone(deployment, 'example.org');
    const other = domains['example.org'];

    await passed(deployment.deploy('example.com', domains['example.com']));
    await passed(
      deployment.deploy('example.org', {
        ...other,
        record: { ...other.record, hostedZoneId },
        gate: { waitSeconds: 60 },
      }),
    );

    for (const EmailIdentity of ['example.com', 'example.org']) {
      const { DkimAttributes } = await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity });
      expect(DkimAttributes).toMatchObject({ SigningAttributesOrigin: 'EXTERNAL', Status: 'SUCCESS' });
    }
  } finally {
    await deployment.close();
  }
}, 120_000);
