import type { Notice } from '../aws/topics';
import { type Delegation, delegatedName, recordName } from '../contract';
import type { Environment } from '../environment';
import type { Place } from '../event';

/** Which two names lead where. */
export interface Alias {
  readonly name: string;
  readonly target: string;
}

export const aliasesOf = (domain: string, delegation: Delegation): Alias[] =>
  delegation.selectors.map((selector) => ({
    name: recordName(domain, selector),
    target: delegatedName(domain, selector, delegation),
  }));

/** What the DNS team is asked for once, after which no rotation needs it any more. */
export function aliasNotice(
  { domain }: Pick<Place, 'domain'>,
  delegation: Delegation,
  { noticeLanguage, noticeContact }: Pick<Environment, 'noticeLanguage' | 'noticeContact'>,
): Notice {
  const aliases = aliasesOf(domain, delegation);
  return {
    subject: `DNS aliases to publish for ${domain.length > 50 ? `${domain.slice(0, 49)}~` : domain} (DKIM)`,
    message: TEXTS[noticeLanguage](domain, aliases, noticeContact),
  };
}

const zoneLines = (aliases: readonly Alias[]): string =>
  aliases.map(({ name, target }) => `${name}. 3600 IN CNAME ${target}.`).join('\n');
const digs = (aliases: readonly Alias[]): string =>
  aliases.map(({ name, target }) => `dig +short CNAME ${name}\n    must answer: ${target}.`).join('\n');
const table = (aliases: readonly Alias[], [from, to]: readonly [string, string]): string =>
  aliases.map(({ name, target }) => `${from}  ${name}\n${to}  ${target}`).join('\n\n');

const TEXTS = {
  en: (
    domain: string,
    aliases: readonly Alias[],
    contact: string,
  ): string => `Please publish two CNAME records in the DNS of ${domain}, once.

${domain} signs its mail with DKIM keys that change from time to time. These two aliases lead to a zone of ours, where we
change the keys ourselves: you are not asked again.
Until they are published, mail goes out as it does today: waiting breaks nothing, but our change cannot go on.


WHAT TO PUBLISH (type CNAME, TTL 3600 or what is usual with you)

${table(aliases, ['Name:  ', 'Target:'])}

If there is another record at one of these names, the alias takes its place; tell us before you remove it if you do not
know what it is for. Leave every other record as it is. Do not copy what the target holds: it changes.


IN A ZONE FILE

${zoneLines(aliases)}


HOW TO CHECK

${digs(aliases)}

One of the two may lead to a record that says "v=DKIM1; p=": that is as it should be, its key is not in use.


WHEN IT IS DONE, AND FOR QUESTIONS

${contact === '' ? 'Answer whoever this notice came to you from. A program has sent it, and nobody reads answers to it.' : `Please tell: ${contact}\n(A program has sent this notice, and nobody reads answers to it.)`}
`,
  ja: (
    domain: string,
    aliases: readonly Alias[],
    contact: string,
  ): string => `${domain} の DNS に、CNAME レコードを 2 件、一度だけ登録してください。

${domain} のメールは DKIM の鍵で署名され、鍵はときどき交換されます。この 2 件は、鍵を私たち自身で交換できる私たちのゾーンを
指します。登録後、あらためてお願いすることはありません。
登録されるまで、メールは今までどおり送信されます。待っていても支障はありませんが、私たちの作業は先に進めません。


登録する内容（種類は CNAME、TTL は 3600 または貴チームの標準値）

${table(aliases, ['名前:  ', '指す先:'])}

この名前に別のレコードがある場合は、この CNAME に置き換えてください。用途がわからないときは、削除する前にお知らせください。
ほかのレコードはそのままにしてください。指す先の内容はコピーしないでください（変わります）。


ゾーンファイルの場合

${zoneLines(aliases)}


確認方法

${digs(aliases)}

どちらか一方が "v=DKIM1; p=" というレコードを指していても正常です。その鍵は使われていません。


登録が済んだら・ご質問は

${contact === '' ? 'この通知を転送した担当者にお知らせください。この通知はプログラムが送っており、返信は読まれません。' : `${contact} までお知らせください。\n（この通知はプログラムが送っており、返信は読まれません。）`}
`,
} as const;
