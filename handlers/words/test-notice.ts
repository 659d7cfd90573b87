/** The notice that tests whether a topic reaches anybody. */
import type { Notice, TestNotice, TopicName } from '../facts/notices';

const PURPOSE: Readonly<Record<TopicName, string>> = {
  dns: 'Requests to publish or to remove a DNS record arrive here.',
  result: 'How each change of a DKIM signature ended, and each rollback, arrives here.',
  audit: 'What the daily audit finds, failures and alarms arrive here.',
};

const JAPANESE = `これはテスト通知です。ご対応は不要です。
DNS レコードの登録や削除をお願いする際は、この宛先に通知が届きます。`;

/** Formats a test notice for the readers of a topic. */
export function testNotice({ topic, arn, language }: TestNotice): Notice {
  const message =
    topic === 'dns' && language === 'ja'
      ? JAPANESE
      : `This is a test notice. Nothing has happened, and you have nothing to do.\n${PURPOSE[topic]}`;
  return { subject: `Test notice of BYODKIM (${topic})`, message: `${message}\n\n${arn}\n` };
}
