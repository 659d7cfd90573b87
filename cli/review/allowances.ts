import type { Allowances } from '../../handlers/contract';
import type { ChangedSetting } from './changes';
import { added } from './meaning';

/** What an invoker of the function may ask for with each allowance. */
const MAY_ASK: Readonly<Record<keyof Allowances, string>> = {
  servers: 'have these name servers and resolvers asked in place of the usual ones',
  recursive: 'have resolvers alone asked, and no server of the zone',
  irreversible: 'give up what SES had before, for these domains',
};

/** Describes a change of `control.allow.*`. @returns undefined for another setting */
export function allowanceInWords({ path, before, after }: ChangedSetting): string | undefined {
  const [, name] = /^control\.allow\.(\w+)$/.exec(path) ?? [];
  if (name === undefined || !(name in MAY_ASK)) return undefined;
  const isWider = (from: unknown, to: unknown) =>
    from !== true && (to === true || added(from, to).length > 0);
  const may = MAY_ASK[name as keyof Allowances];
  const parts = [
    isWider(before, after) && `**whoever may invoke the function may ${may}**`,
    isWider(after, before) &&
      'what asks for more than that is refused from then on (`NOT_ALLOWED`), of domains that are deployed as well',
  ].filter(Boolean);
  return parts.length === 0 ? undefined : `: ${parts.join('; ')}.`;
}
