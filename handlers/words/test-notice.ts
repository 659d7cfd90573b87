/** Formats the notice that tests whether a topic reaches anybody. */
import type { Notice } from './notice-layout';
import { type TestNotice, TOPIC_WORDS } from './topics';

const JAPANESE = `これはテスト通知です。ご対応は不要です。
DNS レコードの登録や削除をお願いする際は、この宛先に通知が届きます。`;

/** Formats a test notice for the readers of a topic. */
export function testNotice({ topic, arn, language }: TestNotice): Notice {
  const message =
    topic === 'dns' && language === 'ja'
      ? JAPANESE
      : `This is a test notice. Nothing has happened, and you have nothing to do.\n${TOPIC_WORDS[topic].purpose}`;
  return { subject: `Test notice of BYODKIM (${topic})`, message: `${message}\n\n${arn}\n` };
}
