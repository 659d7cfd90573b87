import {
  type AskedRecord,
  type DnsNotice,
  type ENGLISH,
  fields,
  formatNotice,
  isBelowAnother,
  isMailFrom,
  namesBelow,
  subjectOfWithdrawal,
} from './notices.en';

/** Formats the DNS team's notices in Japanese: the same parts in the same order as the English ones. */
const JAPANESE: typeof ENGLISH = {
  records({ domain, contact, wantedBy, isUrgent }, { records, key }) {
    const count = records.length;
    const [first] = records;
    const waiting = isUrgent
      ? `${domain} で現在使用している鍵は、至急交換する必要があります。登録が完了するまで、第三者がその鍵で署名できる可能性があります。`
      : '登録が完了するまで、メールはこれまでどおり送信されます。登録が遅れても障害にはなりませんが、作業は先に進みません。';
    const sections = records.map((each, at) => {
      const title = count > 1 ? `【${at + 1}/${count}】${PURPOSE[each.purpose]}\n\n` : '';
      return `${title}${fields(each, ['名前（ホスト名）: ', '種別（タイプ）  : ', 'TTL             : '], '（秒。別の値でも問題ありません）', '値（1 行、引用符なし）:')}`;
    });
    return `${domain} の DNS に${count > 1 ? `レコードを ${count} 件` : ` ${first!.type} レコードを 1 件`}、${wantedBy} までに登録してください。${isUrgent ? '（至急）' : ''}

${reasons(records, domain)}
${waiting}
すでに同じ値のレコードが登録されている場合、その作業は不要です。
同じ名前に別の値のレコードがある場合は、この値に置き換えてください。用途が不明な値は、置き換える前にご連絡ください。


■ 登録する内容

${sections.join('\n\n')}
${records.some(isMailFrom) ? `\n${MAIL_FROM}\n` : ''}

■ 登録する場所

${domain} をインターネットに公開しているゾーンに登録し、すべてのネームサーバーに反映してください。
ほかのレコードは変更しないでください。_domainkey の下にある別のレコードも、使用中の可能性があります。


■ ツール別の入力形式

1. 管理画面（Web フォーム）: 上記の名前・種別・TTL・値を入力します。ゾーン名を自動で補う画面では、
   ゾーンが ${domain} の場合、名前には次の部分だけを入力します。

${namesBelow(records, domain).join('\n')}
${isBelowAnother(domain) ? `\n   ゾーンが ${domain} の親ドメインの場合は、完全な名前からそのゾーン名を除いた部分を入力します。\n` : ''}
2. ゾーンファイル（BIND、NSD、Knot、PowerDNS など）: 1 つの文字列は 255 文字までのため、
   それより長い値は、1 件のレコードの中で複数の文字列に分けて書きます。

${records.map(({ zoneFile }) => zoneFile).join('\n')}

3. Amazon Route 53（コンソールの「値」欄、または API の ResourceRecords）:

${records.map(({ route53 }) => route53).join('\n')}


■ 確認方法

${records.map(({ name, type, route53 }) => `dig +short ${type} ${name}\n\n次の 1 行が返れば正しく登録されています（引用符で区切られる位置は問いません）。\n\n${route53}${type === 'MX' ? '.' : ''}`).join('\n\n')}

続いて、ゾーンの各ネームサーバーにも同じように問い合わせてください: dig +short ${first!.type} ${first!.name} @<ネームサーバー>


■ よくある間違い

- 名前が二重になっている（${first!.name}.${domain}）:
  管理画面がゾーン名を自動で補ったか、ゾーンファイルで名前の末尾のドットが抜けています。
- 引用符が値の一部になっている: 管理画面には引用符なしで入力します。
- 値が 255 文字で切れている、または 2 件のレコードに分かれている: 必ず 1 件のレコードにしてください。
- コピーの際に空白・改行・バックスラッシュが混入した、または文字が欠けた。


■ 完了のご連絡・お問い合わせ

${answerTo(contact)}

これらは公開情報であり、秘密の情報は含まれていません。
${key === undefined ? '' : `鍵: ${key.fingerprint}（作成日 ${key.createdAt.slice(0, 10)}、交換期限 ${key.dueAt.slice(0, 10)}）\n`}`;
  },
  aliases({ domain, contact, wantedBy }, { zone, aliases, mailFrom }) {
    const more =
      mailFrom.length === 0
        ? ''
        : `\nあわせて登録する ${mailFrom.length} 件\n\n${mailFrom.map((each) => fields(each, LABELS, '', '値  : ')).join('\n\n')}\n\n${MAIL_FROM}\n`;
    return `${domain} の DNS に CNAME レコードを 2 件、${wantedBy} までに登録してください。お願いするのは今回だけです。

${domain} のメールに付ける DKIM 署名の鍵は、定期的に交換します。この 2 件は当方のゾーンを指しており、以後の鍵の交換は
当方だけで行えるため、あらためて登録をお願いすることはありません。
登録後は、ゾーン ${zone} の所有者が ${domain} としてメールに署名できるようになります。
当方のゾーンであることを確認してから登録してください。
登録が完了するまで、メールはこれまでどおり送信されます。登録が遅れても障害にはなりませんが、作業は先に進みません。


■ 登録する内容（種別は CNAME、TTL は 3600 または貴チームの標準値）

${aliases.map(({ name, target }) => `名前:   ${name}\n参照先: ${target}`).join('\n\n')}
${more}
同じ名前に別のレコードがある場合は、この CNAME に置き換えてください。用途が不明なレコードは、削除する前にご連絡ください。
ほかのレコードは変更しないでください。参照先の内容は変わるため、コピーしないでください。
Cloudflare では「DNS のみ」（灰色の雲）にしてください。プロキシを有効にすると CNAME が返りません。


■ ゾーンファイルの場合

${[...aliases.map(({ name, target }) => `${name}. 3600 IN CNAME ${target}.`), ...mailFrom.map(({ zoneFile }) => zoneFile)].join('\n')}


■ 確認方法

${aliases.map(({ name, target }) => `dig +short CNAME ${name}\n    → ${target}.`).join('\n')}

矢印の右の値が返れば正しく登録されています。
どちらか一方の参照先が "v=DKIM1; p=" というレコードでも正常です。現在使っていない方の鍵です。


■ 完了のご連絡・お問い合わせ

${answerTo(contact)}
`;
  },
  removal({ domain, contact, wantedBy }, { name, since }) {
    return `${domain} の DNS から TXT レコードを 1 件、${wantedBy} までに削除してください。

このレコードは、すでに交換した DKIM 鍵のものです。${since} 以降、このレコードを必要とするメールはありません。
公開されている間は、以前の鍵を持つ第三者が ${domain} として署名できてしまいます。

${wantedBy} を過ぎてから作業する場合、または件名「${subjectOfWithdrawal(domain)}」の通知を後から受け取っている場合は、
削除の前にご確認ください。このレコードを再び使っていることがあります。


■ 削除する内容

名前（ホスト名）: ${name}
種別（タイプ）  : TXT

ほかのレコードは変更しないでください。_domainkey の下にある別のレコードは使用中です。
削除できない場合は、値を次のとおりに変更してください: v=DKIM1; p=


■ 確認方法

dig +short TXT ${name}

何も返らないか、"v=DKIM1; p=" が返れば完了です。


■ 完了のご連絡・お問い合わせ

${answerTo(contact)}
`;
  },
  withdrawal({ domain, contact }, { recordName, askedOn }) {
    return `${domain} の DNS にある TXT レコードを 1 件、削除せずに残してください。すでに削除した場合は、至急ご連絡ください。

${askedOn} に、このレコードの削除をお願いしましたが、取り消します。${domain} のメールに、このレコードの鍵で再び署名しているか、
間もなく署名を始めるためです。
このレコードがないと、受信側で署名を検証できません。


■ 残す内容

名前（ホスト名）: ${recordName}
種別（タイプ）  : TXT


■ 確認方法

dig +short TXT ${recordName}

「p=」の後に鍵がある値が返れば、正しく登録されています。


■ お問い合わせ

${answerTo(contact)}
`;
  },
};

/** Formats a notice to the DNS team in Japanese. */
export const japaneseNotice = (notice: DnsNotice): string => formatNotice(JAPANESE, notice);

const LABELS = ['名前: ', '種別: ', 'TTL : '] as const;

const PURPOSE: Readonly<Record<AskedRecord['purpose'], string>> = {
  key: '新しい鍵',
  'later-key': '今後使用する鍵',
  'mail-from': 'メールの返送先',
};

/** Formats the purpose of the records. */
function reasons(records: readonly AskedRecord[], domain: string): string {
  const has = (purpose: AskedRecord['purpose']) => records.some((each) => each.purpose === purpose);
  return [
    ...(has('key')
      ? [
          `${domain} から送信するメールに、新しい DKIM 鍵で署名を付ける準備をしています。受信側はこのレコードを使って署名を検証します。`,
        ]
      : []),
    ...(has('later-key')
      ? [
          '今後使用する鍵のレコードも今回登録していただければ、次回以降の交換で登録をお願いする必要がなくなります。',
        ]
      : []),
    ...(has('mail-from')
      ? [`${domain} のメールに、独自の返送先（Return-Path）を設定する準備をしています。`]
      : []),
  ].join('\n');
}

const MAIL_FROM = `返送先の名前について: 配送できなかったメールは Amazon SES に戻り、受信側は SPF により SES からの送信が許可されていることを
確認します。返送先の名前には、ほかの MX・アドレス・別名（CNAME）を置けません。すでに登録がある場合は、変更する前にご連絡ください。`;

const answerTo = (contact: string): string =>
  contact === ''
    ? 'この通知をお渡しした担当者までご連絡ください。この通知はプログラムが送信しており、返信しても届きません。'
    : `ご連絡先: ${contact}\n（この通知はプログラムが送信しており、返信しても届きません。）`;
