/** Formats sentences about a record that the DNS team was asked to remove, and that is needed again. */

/** A request to the DNS team to remove a record. `askedOn`: the day (UTC). */
export interface AskedRemoval {
  readonly recordName: string;
  readonly askedOn: string;
}

/** Returns the selector of a record, whose name begins with it. */
export const selectorOfRecord = ({ recordName }: { readonly recordName: string }): string =>
  recordName.slice(0, recordName.indexOf('.'));

/** Describes, in a clause, that the DNS team was asked to remove a record. */
export const askedToRemove = ({ recordName, askedOn }: AskedRemoval): string =>
  `The DNS team was asked on ${askedOn} to remove ${recordName}`;

/** Advises, in a clause, to ask the DNS team to keep a record. */
export const askToKeep = (asked: Pick<AskedRemoval, 'recordName'>, entry = '<domain>'): string =>
  `\`byodkim record ${entry} -s ${selectorOfRecord(asked)} --notify\` asks it to keep the record`;

/** Warns before a change to a selector whose record the DNS team was asked to remove. */
export const mayBeRemoved = (asked: AskedRemoval, entry?: string): string =>
  `${askedToRemove(asked)}, and may still do so. ${askToKeep(asked, entry)}; otherwise, the deploy does so once it has set SES.`;
