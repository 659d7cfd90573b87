import type { DnsNotice, RecordForms } from '../facts/records';
import { type ENGLISH, furtherRecords } from './notices.en';

/** Formats the DNS team's notices in Japanese: the same parts in the same order as the English ones. */
const JAPANESE: typeof ENGLISH = {
  record(record, contact) {
    const { name, domain, selector, ttlSeconds, value, zoneFile, route53, fingerprint, createdAt, dueAt } =
      record;
    const count = 1 + (record.mailFrom?.length ?? 0) + (record.spares?.length ?? 0);
    return `${domain} の DNS に${count > 1 ? `レコードを ${count} 件` : ' TXT レコードを 1 件'}登録してください。

${domain} から送信するメールに、新しい DKIM 鍵で署名を付ける準備をしています。受信側はこのレコードを使って署名を検証します。
登録が完了するまで、メールはこれまでどおり送信されます。登録が遅れても障害にはなりませんが、作業は先に進みません。
すでに同じ値のレコードが登録されている場合、作業は不要です。
同じ名前に別の値の TXT レコードがある場合は、この値に置き換えてください。用途が不明な値は、置き換える前にご連絡ください。


■ 登録する内容

名前（ホスト名）: ${name}
種別（タイプ）  : TXT
TTL             : ${ttlSeconds}（秒。別の値でも問題ありません）
値（1 行、引用符なし）:

${value}


■ 登録する場所

${domain} をインターネットに公開しているゾーンに登録し、すべてのネームサーバーに反映してください。
ほかのレコードは変更しないでください。_domainkey の下にある別のレコードも、使用中の可能性があります。


■ ツール別の入力形式

1. 管理画面（Web フォーム）: 上記の名前・種別・TTL・値を入力します。ゾーン名を自動で補う画面では、
   ゾーンが ${domain} の場合、名前には次の部分だけを入力します。

${selector}._domainkey

2. ゾーンファイル（BIND、NSD、Knot、PowerDNS など）: 1 つの文字列は 255 文字までのため、
   それより長い値は、1 件のレコードの中で複数の文字列に分けて書きます。

${zoneFile}

3. Amazon Route 53（コンソールの「値」欄、または API の ResourceRecords）:

${route53}


■ 確認方法

dig +short TXT ${name}

次の 1 行が返れば正しく登録されています（引用符で区切られる位置は問いません）。

${route53}

続いて、ゾーンの各ネームサーバーにも同じように問い合わせてください: dig +short TXT ${name} @<ネームサーバー>


■ よくある間違い

- 名前が二重になっている（${selector}._domainkey.${domain}.${domain}）:
  管理画面がゾーン名を自動で補ったか、ゾーンファイルで名前の末尾のドットが抜けています。
- 引用符が値の一部になっている: 管理画面には引用符なしで入力します。
- 値が 255 文字で切れている、または 2 件のレコードに分かれている: 必ず 1 件のレコードにしてください。
- コピーの際に空白・改行・バックスラッシュが混入した、または文字が欠けた。

${also(record.spares, SPARES)}${also(record.mailFrom, ofMailFrom(record.mailFrom))}
■ 完了のご連絡・お問い合わせ

${answerTo(contact)}

このレコードは公開情報であり、秘密の情報は含まれていません。
鍵: ${fingerprint}（作成日 ${createdAt.slice(0, 10)}、交換期限 ${dueAt.slice(0, 10)}）
`;
  },
  aliases(aliases, { domain, mailFrom }, contact) {
    return `${domain} の DNS に CNAME レコードを 2 件登録してください。お願いするのは今回だけです。

${domain} のメールに付ける DKIM 署名の鍵は、定期的に交換します。この 2 件は当方のゾーンを指しており、以後の鍵の交換は
当方だけで行えるため、あらためて登録をお願いすることはありません。
登録が完了するまで、メールはこれまでどおり送信されます。登録が遅れても障害にはなりませんが、作業は先に進みません。


■ 登録する内容（種別は CNAME、TTL は 3600 または貴チームの標準値）

${aliases.map(({ name, target }) => `名前:   ${name}\n参照先: ${target}`).join('\n\n')}

同じ名前に別のレコードがある場合は、この CNAME に置き換えてください。用途が不明なレコードは、削除する前にご連絡ください。
ほかのレコードは変更しないでください。参照先の内容は変わるため、コピーしないでください。
Cloudflare では「DNS のみ」（灰色の雲）にしてください。プロキシを有効にすると CNAME が返りません。


■ ゾーンファイルの場合

${aliases.map(({ name, target }) => `${name}. 3600 IN CNAME ${target}.`).join('\n')}


■ 確認方法

${aliases.map(({ name, target }) => `dig +short CNAME ${name}\n    → ${target}.`).join('\n')}

矢印の右の値が返れば正しく登録されています。
どちらか一方の参照先が "v=DKIM1; p=" というレコードでも正常です。現在使っていない方の鍵です。

${also(mailFrom, ofMailFrom(mailFrom))}
■ 完了のご連絡・お問い合わせ

${answerTo(contact)}
`;
  },
};

/** Formats a notice to the DNS team in Japanese. */
export const japaneseNotice = ({ record, aliases, contact }: DnsNotice): string =>
  aliases ? JAPANESE.aliases(aliases, record, contact) : JAPANESE.record(record, contact);

const also = (records: readonly RecordForms[] | undefined, asked: string): string =>
  records
    ? `\n■ あわせて登録する ${records.length} 件${asked}\n${furtherRecords(records, LABELS, 'ゾーンファイルの場合:')}`
    : '';
const LABELS = ['名前: ', '種別: ', 'TTL : ', '値  : '];

const SPARES = `（今後の鍵）

鍵は定期的に交換します。次の鍵のレコードも今回登録していただければ、次回以降の交換で登録をお願いする必要がなくなります。`;

const MAIL_FROM = `（メールの返送先）

この名前は、メールの返送先（Return-Path）になります。配送できなかったメールは Amazon SES に戻り、受信側は SPF により
SES からの送信が許可されていることを確認します。
この名前には、ほかの MX・アドレス・別名（CNAME）を置けません。すでに登録がある場合は、変更する前にご連絡ください。`;

/** Says what the records of MAIL FROM domains are for: one name, or one for each region. */
const ofMailFrom = (records: readonly RecordForms[] = []): string =>
  records.length <= 2
    ? MAIL_FROM
    : `（メールの返送先）

これらの名前は、送信するリージョンごとに、メールの返送先（Return-Path）になります。配送できなかったメールはそのリージョンの
Amazon SES に戻り、受信側は SPF により SES からの送信が許可されていることを確認します。
これらの名前には、ほかの MX・アドレス・別名（CNAME）を置けません。すでに登録がある場合は、変更する前にご連絡ください。`;

const answerTo = (contact: string): string =>
  contact === ''
    ? 'この通知をお渡しした担当者までご連絡ください。この通知はプログラムが送信しており、返信しても届きません。'
    : `ご連絡先: ${contact}\n（この通知はプログラムが送信しており、返信しても届きません。）`;
