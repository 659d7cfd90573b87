import type { KeyStore } from '../handlers/contract';
import type { ByodkimIdentityProps } from './identity-props';
import type { RecordProps } from './key-and-record';

/** The props as the table of settings names them. */
export interface IdentitySettings extends Omit<ByodkimIdentityProps, 'key' | 'record'> {
  readonly createKey?: boolean;
  readonly keyStore?: KeyStore;
  readonly record?: RecordProps;
}

/** Returns the settings that props stand for. */
export const identitySettings = ({ key, record, ...props }: ByodkimIdentityProps): IdentitySettings => ({
  ...props,
  ...key?.settings,
  ...(record && { record: record.settings }),
});
