import type { Allowances } from '../../handlers/contract';
import type { ChangedSetting } from './changes';

/** What each lets whoever may invoke the function ask for, a domain of the list or a direct call. */
const MAY_ASK: Readonly<Record<keyof Allowances, string>> = {
  servers: 'have these name servers and resolvers asked in place of the usual ones',
  recursive: 'have resolvers alone asked, and no server of the zone',
  irreversible: 'give up what SES had before, for these domains',
};

/** A change of `control.allow.*` in words; undefined: it is another setting. */
export function allowanceInWords({ path, before, after }: ChangedSetting): string | undefined {
  const [, name] = /^control\.allow\.(\w+)$/.exec(path) ?? [];
  if (name === undefined || !(name in MAY_ASK)) return undefined;
  const may = MAY_ASK[name as keyof Allowances];
  const parts = [
    ...(isWider(before, after) ? [`**whoever may invoke the function may ${may}**`] : []),
    ...(isWider(after, before)
      ? [
          `what asks for more than that is refused from then on (\`NOT_ALLOWED\`), of domains that are deployed as well`,
        ]
      : []),
  ];
  return parts.length === 0 ? undefined : `: ${parts.join('; ')}.`;
}

/** Whether more may be asked for after than before. */
function isWider(before: unknown, after: unknown): boolean {
  if (after === undefined || after === false) return false;
  if (typeof after === 'number') return typeof before !== 'number' || after < before;
  if (after === true) return before !== true;
  if (!Array.isArray(after) || before === true) return false;
  const had: readonly unknown[] = Array.isArray(before) ? before : [];
  return after.some((each) => !had.includes(each));
}
