import type { Place } from '../../handlers/contract/input/event';
import { shellWord } from '../../handlers/escape';
import { manualCommands, setSigningCommand } from '../../handlers/notices/aws-commands';
import type { Plan } from './change';

/** The key files of a run. */
export interface KeyFiles {
  readonly selector: string;
  readonly keyFile: string;
  readonly earlierKeyFile?: string | undefined;
}

/** Returns the commands that restore the state before a change; none if it is given up, or if only its own key would be set. */
export function undoCommands(place: Place, before: Plan['before'], files: KeyFiles): string[] {
  const identity = `${shellWord(place.domain)} --region ${shellWord(place.region)}`;
  if (before === null) return [`aws sesv2 delete-email-identity --email-identity ${identity}`];
  const { restoration, enabled } = before.snapshot;
  if (restoration.kind === 'disable') return [];
  if (restoration.kind === 'easy-dkim') return manualCommands(place, before.snapshot);
  const off = enabled ? [] : [setSigningCommand(place, false)];
  if (restoration.selector === files.selector) return off;
  const { keyFile, earlierKeyFile = 'FILE' } = files;
  const set =
    `byodkim set ${identity} -s ${restoration.selector} --key-file ${shellWord(earlierKeyFile)}` +
    ` --earlier-key-file ${shellWord(keyFile)}`;
  return [set, ...off];
}
