import type { ByodkimIdentityProps } from './identity-props';

/** The two selectors that take turns; undefined where there are none. */
export function turnsOf({
  record,
  selectorNaming,
}: Pick<ByodkimIdentityProps, 'record' | 'selectorNaming'>): readonly [string, string] | undefined {
  if (record?.delegation) return record.delegation.selectors;
  return typeof selectorNaming === 'object' ? selectorNaming : undefined;
}
